/** What is imported to see what an import costs by itself. */
export {}
