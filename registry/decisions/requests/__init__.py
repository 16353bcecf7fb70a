"""From a denial to a draft agreement (AuthZEN Access Request and Approval Profile)."""
