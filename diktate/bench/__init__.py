"""The measurements behind every figure in the README; one file each."""
