"""The places of France: departments, communes, and the everyday names people give them."""
