"""The services of Miaopu and the `miaopu` command that starts them. A service never imports another."""
