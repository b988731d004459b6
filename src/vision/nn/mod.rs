//! Reads .tflite models and runs them on candle. Knows nothing of hands.
