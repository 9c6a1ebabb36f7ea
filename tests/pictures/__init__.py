"""The pictures of the documentation: pages of the demonstration, diagrams of the procedures, the layers of the code."""
