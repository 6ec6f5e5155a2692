"""Being in charge of incidents on the desk: taking, handing over, declining, and choosing whose queue is shown."""
