"""Violations (违规处理): investigated, heard, deliberated, concluded by others, told, referred."""
