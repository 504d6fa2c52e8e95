package io.retromae.etl.plan;

import io.retromae.core.config.Setting;

/**
 * When a job ends without a corpus because too little was read as expected.
 *
 * @param maxQuarantinedShare of the records of one input
 */
public record LimitSettings(
    @Setting(
            doc =
                "An input of which a larger share of records is quarantined ends the job, unless it is"
                    + " one record among others.",
            standard = "0.2",
            min = 0,
            max = 1)
        double maxQuarantinedShare) {

  /** Whether so many records set aside are too many. */
  public boolean refuses(long setAside, long records) {
    return setAside > maxQuarantinedShare * records && (setAside > 1 || records == 1);
  }
}
