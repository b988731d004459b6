//! What is told of models, before an Ollama of the test's own.
