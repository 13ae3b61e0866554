{{ lines_at_hand('KN-2', 2, {}) }}
