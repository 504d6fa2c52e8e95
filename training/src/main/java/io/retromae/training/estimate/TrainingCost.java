package io.retromae.training.estimate;

import io.retromae.training.settings.TrainingSettings;

/**
 * What a run needs.
 *
 * @param settings the engine's part of the job's settings
 * @param parameters values of the flat vector of parameters
 * @param memory of a worker at its peak
 * @param longest the rows that it is reckoned with, in words
 * @param work of a step
 * @param mean the rows that it is reckoned with, in words
 * @param steps of the whole run
 * @param evaluation within it
 */
public record TrainingCost(
    TrainingSettings settings,
    long parameters,
    WorkerMemory memory,
    String longest,
    StepWork work,
    String mean,
    long steps,
    EvaluationWork evaluation) {}
