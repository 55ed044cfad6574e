"""What an enablement is: pure Python and pydantic, without a cloud SDK, a screen, a network or a clock."""
