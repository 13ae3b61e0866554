"""How Airflow is run: for the demonstration, on one machine (`make up`), and with Docker Compose.

Nothing else imports this package.
"""
