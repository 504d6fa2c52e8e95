package io.retromae.cluster.s3;

import java.util.function.Predicate;

/** What can go wrong with a request to an object store. */
enum Fault {
  /** Answered 503 SlowDown. */
  SLOW_DOWN(request -> true),
  /** Answered 500 InternalError. */
  INTERNAL_ERROR(request -> true),
  /** An object is read: the connection is reset in the middle of the body. */
  CUT_ANSWER(Request::readsObject),
  /** An object is read: the body comes drop by drop. */
  DRIP_ANSWER(Request::readsObject),
  /** An object or a part is written: the connection is reset in the middle of the body. */
  CUT_UPLOAD(Request::writes),
  /** A part is written: it arrives whole, but no answer ever comes. */
  SILENCE(Request::writesPart),
  /** A part is written: 404 NoSuchUpload, as after an abort by somebody else. */
  NO_SUCH_UPLOAD(Request::writesPart),
  /** A multipart upload is completed: 404 NoSuchUpload. */
  NOT_COMPLETED(Request::completes),
  /** An object is copied, or some are deleted: 500 InternalError. */
  NOT_MOVED(Request::moves);

  private final Predicate<Request> meets;

  Fault(Predicate<Request> meets) {
    this.meets = meets;
  }

  boolean meets(Request request) {
    return meets.test(request);
  }
}
