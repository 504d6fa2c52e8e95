package io.retromae.finetune.mine;

import io.retromae.core.output.OutputMode;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.training.worker.JobProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.ObjIntConsumer;

/** The job in a process of its own, on any master, that tells of each finished task. */
final class MineProcess {
  private MineProcess() {}

  /** Runs the job: the master, then settings. */
  public static void main(String[] words) throws Exception {
    JobProcess.main(
        words,
        (spark, settings) -> {
          MineRun run = MineRun.into(Path.of("unused"));
          settings.forEach(run::with);
          run.run(spark, OutputMode.RESUME);
          SharedEncoder.closeIdle();
        });
  }

  /**
   * Runs a job in its own process.
   *
   * @param onTask called with the process and the number of tasks that have ended
   * @return whether it came to its end
   */
  static boolean run(String master, MineRun job, ObjIntConsumer<ProcessHandle> onTask)
      throws IOException, InterruptedException {
    return JobProcess.run(MineProcess.class, master, job.settings(), onTask);
  }
}
