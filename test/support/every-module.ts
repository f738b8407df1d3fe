// Sources that are not built cannot be loaded when they are needed: all families are there from the start.
import '../../src/rtnetlink/every-module.js'
