"""The talent service: programmes' calls, applicants, applications, reviews, awards and what is assessed afterwards."""
