/**
 * Keeps benchmarks out of the training text: reads published benchmark files, indexes their n-grams
 * by hash, finds them in documents and removes the sentences around them. Plain Java; knows words
 * and storage, neither Spark nor the job. Start reading at {@link
 * io.retromae.etl.decontaminate.BenchmarkIndexing}, then {@link
 * io.retromae.etl.decontaminate.NGramIndex} and {@link
 * io.retromae.etl.decontaminate.Decontaminator}.
 */
package io.retromae.etl.decontaminate;
