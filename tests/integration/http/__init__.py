"""The whole API over HTTP. A package, so that the registries its tests share end with the last of them."""
