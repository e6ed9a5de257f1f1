"""What the papers show of the partners' data: who sent what, each measure over time, areas, services and revisions.

Every function takes a report's material and returns tables; the data sheet shows all of them and the quarterly paper
some, so that both papers can only say the same.
"""
