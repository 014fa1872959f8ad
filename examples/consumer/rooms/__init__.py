"""The latest picture of every room: a program that uses the live snapshots of ICE."""
