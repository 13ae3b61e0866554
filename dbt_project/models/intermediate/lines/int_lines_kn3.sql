{{ lines_at_hand('KN-3', 3, {'mean_age': 'double', 'head_is_member': 'boolean'}) }}
