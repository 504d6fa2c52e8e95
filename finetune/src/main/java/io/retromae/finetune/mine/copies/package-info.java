/**
 * Which documents are near copies of positives, found on Spark by the corpus job's signatures; the
 * only one of mine's packages that knows that job. Start reading at {@link
 * io.retromae.finetune.mine.copies.NearCopies}.
 */
package io.retromae.finetune.mine.copies;
