"""The whole program against real peers: what is started is what an operator starts, and tshark is the judge."""
