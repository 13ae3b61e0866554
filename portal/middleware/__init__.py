"""What every request goes through before a page sees it: headers, origin, size, who asks, which version, the cache."""
