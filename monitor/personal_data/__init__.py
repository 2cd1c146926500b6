"""Personal data in calls: found in the words, masked in what people get, shown to those who may."""
