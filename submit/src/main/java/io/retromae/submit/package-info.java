/**
 * The command line: arguments to settings, a Spark session, one job, an exit code. Start reading at
 * {@link io.retromae.submit.Main}. The only package that knows both jobs.
 */
package io.retromae.submit;
