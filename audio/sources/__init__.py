"""Where sound comes from. Today: folders of recordings (`folder`, then `opening`)."""
