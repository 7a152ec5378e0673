"""What each setting of a deployment will be: values, where they come from, what they depend on in the environment."""
