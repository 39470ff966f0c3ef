"""The same server, the same load, the same faults, for several clients, each in processes of its own."""
