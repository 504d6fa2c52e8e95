package io.retromae.submit.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.submit.spark.JobDemand;
import org.junit.jupiter.api.Test;

class JobSizingTest {
  private static JobDemand training(int tasks, int cores, long heap, long nativeMb, long driver) {
    return new JobDemand(
        tasks, tasks, true, cores, cores + " cores", false, 512, heap, 768, nativeMb, driver);
  }

  @Test
  void ofTwoTrainingsTheLargerOfEachIsAsked() {
    JobDemand pretrain = training(2, 1, 300, 900, 2048);
    JobDemand finetune = training(4, 3, 200, 1_500, 4096);

    JobDemand both = JobSizing.trainings(pretrain, finetune);

    assertEquals(new JobDemand(4, 4, true, 3, "3 cores", false, 512, 300, 768, 1_500, 4096), both);
    assertEquals(both, JobSizing.trainings(finetune, pretrain));
  }
}
