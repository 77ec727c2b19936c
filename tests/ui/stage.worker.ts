/** What an iframe runs to be a window of its own width: the whole app over a fake node. (Built as a module of its own.) */
import './support/harness.ts'
