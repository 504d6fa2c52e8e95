/**
 * What a job will take, before Spark starts: memory and time in words, and what to ask Spark for.
 * Knows the jobs' own estimates and no command.
 */
package io.retromae.submit.estimate;
