/** The kernel's constants under its own names: RTM_, IFLA_, NLM_F_ and the rest of what rtnetlink's headers define. */
export * from './generated/constants.gen.js'
