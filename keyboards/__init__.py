"""What can be tapped: callback data types and keyboard builders."""
