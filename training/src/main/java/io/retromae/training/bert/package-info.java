/**
 * A BERT: its sizes, where each parameter lies in the flat vector, the encoder's script with its
 * written-out backward pass ({@code encoder.py} among the resources), first weights. An objective
 * adds its own script, and parameters if it needs some. Start reading at {@link
 * io.retromae.training.bert.BertModel}. Knows nothing of Spark, data, losses or schedules.
 */
package io.retromae.training.bert;
