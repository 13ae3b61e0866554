"""What runs when, in Airflow. No business logic, no SQL: every task is one call of a plain function."""
