{{ lines_at_hand('KN-1', 1, {'attainment_pct': 'double'}) }}
