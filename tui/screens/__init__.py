"""The screens: home, the wizard, help."""
