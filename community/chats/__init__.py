"""«Обсуждение в чате» (S3 §4 f7): talk at an appointed hour, line by line, with a kept transcript."""
