"""The fictional vendor Harbourline Services: 14 clients, two years of made-up records, the same bytes for the same seed.

This room only writes files: contracts, exports and their mappings, as a real vendor would have them. The command `demo`
then takes the road that every vendor takes: import, score, publish. Every company, person and number is made up.
"""
