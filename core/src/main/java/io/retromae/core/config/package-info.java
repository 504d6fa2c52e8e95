/**
 * YAML files plus {@code --set} overrides to checked records. A settings record declares each
 * setting once, with {@link io.retromae.core.config.Setting}: meaning, default and range; loading,
 * the printed reference and the errors all follow from that. Start reading at {@link
 * io.retromae.core.config.ConfigLoader}. Knows neither Spark nor any job's settings.
 */
package io.retromae.core.config;
