package io.retromae.training.loop;

import io.retromae.training.bert.BertModel;

/**
 * What a rank trains.
 *
 * @param model its parameters, and the script that computes with them
 * @param objective what is minimised
 * @param <S> a micro-batch
 */
public record Trainee<S extends MicroBatch>(BertModel model, Objective<S> objective) {}
