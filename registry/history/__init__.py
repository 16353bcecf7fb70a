"""The register as it stood: agreements and bodies rebuilt from the log alone, at any size it ever had."""
