"""Which faults, put into a part of the code one at a time, do its tests not notice?"""
