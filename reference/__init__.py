"""What is known before any report arrives: forms and their fields, communes, terms, and the words we speak."""
