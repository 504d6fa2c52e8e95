#!/usr/bin/env python3
"""Mistakes that a reader would think of, made one at a time: does a test turn red?

  bench/mutations.py                       all of them; about five seconds each, after one Maven build
  bench/mutations.py --only 'dropout|clip' those whose name matches
  bench/mutations.py --part 2/5            every fifth, from the second on
  bench/mutations.py --list                what there is, without running anything
  bench/mutations.py --check               whether every old text is still found, without running anything
  bench/mutations.py --table               which test caught each of them, as Markdown, without running anything
  bench/mutations.py --record              keeps the results of the last runs in bench/mutations.tsv, without running anything

Works on a copy of the working tree in --folder and never touches the tree itself. Results are kept in that folder too;
--table shows them, and for mutations without a result there what bench/mutations.tsv recorded.
Needs Python's standard library, a JDK and what ./mvnw needs. A mutation whose text is not found (or does not compile) is
reported as such: adapt its entry below. Only the mutated file is compiled, so a constant that javac copies to other
classes cannot be mutated where it is declared.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORDED = ROOT / "bench/mutations.tsv"
MODULES = "training", "pretrain"

# Test classes, or class#method, by what they look at; the first to fail is named.
MASKING = "pretrain.masking.WholeWordMaskTest pretrain.masking.SamplerGoldenTest pretrain.masking.MaskStreamsTest pretrain.retromae.BatchGoldenTest pretrain.batch.CorpusBatchesTest"
MODEL = "pretrain.retromae.ObjectiveGoldenTest pretrain.retromae.DropoutGradientTest pretrain.retromae.LossTest"
DROPOUT = "pretrain.retromae.DropoutTest pretrain.retromae.DropoutMaskTest pretrain.retromae.DropoutPlacesTest pretrain.retromae.DropoutGradientTest pretrain.retromae.ComputeGoldenTest"
OPTIMIZER = "training.optimize.LearningRateScheduleTest pretrain.retromae.TrajectoryGoldenTest training.loop.TrainerTest"
SUMS = "training.optimize.GradientTreeTest training.loop.TrainerTest training.loop.RunPlanTest pretrain.job.ResumeTest"
SUM_ORDER = "training.collective.TcpCollectiveTest"
ROUNDING = "training.collective.BFloat16Test training.collective.TcpCollectiveTest"
WIRE = "training.collective.WireFaultTest"
FAULTS = "training.collective.TcpCollectiveFaultTest"
SILENCE = "training.collective.LivenessMonitorTest"
HANDSHAKE = "training.connect.HandshakeTest training.connect.KeyDerivationTest training.connect.AcceptorTest"
GCM = "training.connect.AesGcmTransportTest training.connect.HandshakeTest"
SHARDED = "training.loop.ShardedTrainingTest training.loop.TrainerTest"
SAVING = "training.checkpoint.CheckpointStoreTest training.checkpoint.CheckpointWriterTest training.checkpoint.CheckpointFaultTest"
CANCEL = "pretrain.job.PretrainJobTest#aJobThatIsCancelledEndsAndCanBeTakenUpAgain"
RESUME = "pretrain.job.PretrainJobTest#aStoppedRunGoesOnToTheSameBits"
NCCL = "training.nccl.NcclCollectiveTest"
EXPORT = "training.huggingface.HuggingFaceFolderTest training.checkpoint.CheckpointStoreTest training.huggingface.HuggingFaceExportTest"

WORDS = "pretrain/masking/WholeWordMask.java"
GROUPS = "pretrain/masking/WordGroups.java"
ENCODER = "pretrain/masking/EncoderMasking.java"
DECODER = "pretrain/masking/DecoderVisibility.java"
CONTEXT = "pretrain/masking/MaskingContext.java"
BAG = "pretrain/masking/BagOfWords.java"
BATCH = "pretrain/retromae/BatchBuilder.java"
LAYOUT = "training/bert/ParameterLayout.java"
RETROMAE = "pretrain/retromae/retromae.py"
BERT_ENCODER = "training/bert/encoder.py"
BERT_LAYER = "training/bert/layer.py"
BERT_HEAD = "training/bert/head.py"
BERT_PACKING = "training/bert/packing.py"
BERT_TENSORS = "training/bert/tensors.py"
BERT_DROPOUT = "training/bert/dropout.py"
BERT_ATTENTION = "training/bert/attention.py"
BERT_FUSED = "training/bert/fused_attention.py"
BERT_VECTORS = "training/bert/vectors.py"
MODEL_JAVA = "training/bert/BertModel.java"
ADAMW = "training/optimize/Optimizer.java"
EXPORTER = "training/huggingface/HuggingFaceExport.java"

POSITIONS = 'w["bert.embeddings.position_embeddings.weight"]'
TABLE = 'w["bert.embeddings.word_embeddings.weight"]'
NOTHING = "torch.empty([0, 2], dtype=4)"

# (tests, what is wrong, file, (old text, new text), ...): every occurrence of the old text is replaced.
MUTATIONS = [
    # ---- Masks and batches
    (MASKING, "budget rounded half up", WORDS, ("(int) Math.rint(", "(int) Math.round(")),
    (MASKING, "encoder's budget without the special tokens", ENCODER, ("budget(row.length,", "budget(row.length - 2,")),
    (MASKING, "decoder's budget without the special tokens", DECODER, ("budget(row.length,", "budget(row.length - 2,")),
    (MASKING, "budget may be 0", WORDS, ("Math.max(1, (int)", "Math.max(0, (int)")),
    (MASKING, "no limit of 512 hidden tokens", WORDS, ("MAX_HIDDEN = 512", "MAX_HIDDEN = 1 << 20")),
    (MASKING, "a word beyond the budget ends the draw", WORDS, ("        left -= size;\n      }", "        left -= size;\n      } else {\n        break;\n      }")),
    (MASKING, "a word beyond the budget is hidden in part", WORDS, ("if (size <= left) {", "if (left > 0) {")),
    (MASKING, "pieces of a word hidden separately", GROUPS, ("if (count == 0 || !kinds.continuesWord(row[i])) {", "if (count >= 0) {")),
    (MASKING, "[CLS] and [SEP] are words", GROUPS, ("if (kinds.isBoundary(row[i])) {", "if (row[i] < 0) {")),
    (MASKING, "[UNK] is no word", GROUPS, ("kinds.isBoundary(", "kinds.isSpecial(")),
    (MASKING, "words in the order of the text", WORDS, ("int j = i + random.nextInt(count - i);", "int j = i;")),
    (MASKING, "words drawn with replacement", WORDS, ("i + random.nextInt(count - i)", "random.nextInt(count)")),
    (MASKING, "[UNK] and other special tokens scored", ENCODER, (" && !kinds.isSpecial(row[i])", "")),
    (MASKING, "10 % [MASK], 80 % random", ENCODER, ("MASKED = 0.8", "MASKED = 0.1")),
    (MASKING, "80 % [MASK], 20 % random", ENCODER, ("MASKED_OR_RANDOM = 0.9", "MASKED_OR_RANDOM = 1.0")),
    (MASKING, "hidden tokens always become [MASK]", ENCODER, ("MASKED = 0.8", "MASKED = 1.1")),
    (MASKING, "random replacement without special tokens", ENCODER, ("random.nextInt(kinds.vocabularySize())", "5 + random.nextInt(kinds.vocabularySize() - 5)")),
    (MASKING, "random replacement labelled as itself", ENCODER, ("target.labels()[target.offset() + i] = scored ? row[i] : NO_LABEL;", ""), ("? replacement(row[i], kinds, random) : row[i];", "? replacement(row[i], kinds, random) : row[i];\n      target.labels()[target.offset() + i] = scored ? target.inputIds()[target.offset() + i] : NO_LABEL;")),
    (MASKING, "one mask for all rows of the decoder", DECODER, ("random.nextInt(masks) * bytes", "0")),
    (MASKING, "masks of the pool taken in turn", DECODER, ("random.nextInt(masks) * bytes", "query % masks * bytes")),
    (MASKING, "pool not limited by its setting", DECODER, ("Math.min(row.length, rule.pool())", "row.length")),
    (MASKING, "one pool for all texts of a batch", DECODER, ("context.random(MaskingContext.DECODER)", "new CounterRandom(context.seed(), MaskingContext.DECODER, context.epoch(), 0)")),
    (MASKING, "own token visible", DECODER, ("(byte) ~(1 << (query & 7))", "(byte) 0xFF")),
    (MASKING, "key 0 visible to row 0", DECODER, ("~(1 << (query & 7))", "~(query == 0 ? 0 : 1 << (query & 7))")),
    (MASKING, "[CLS] hidden from the decoder's rows", DECODER, ("pool[m * bytes + bytes - 1] &= last;", "pool[m * bytes + bytes - 1] &= last;\n      pool[m * bytes] &= (byte) 0xFE;")),
    (MASKING, "keys past a row's end visible", DECODER, ("pool[m * bytes + bytes - 1] &= last;", "")),
    (MASKING, "hidden and visible exchanged", DECODER, ("(byte) ~(hidden[", "(byte) (hidden[")),
    (MASKING, "same random numbers for encoder and decoder", DECODER, ("MaskingContext.DECODER", "MaskingContext.ENCODER")),
    (MASKING, "masks do not depend on the epoch", CONTEXT, (", epoch, sample);", ", 0, sample);")),
    (MASKING, "masks do not depend on the sample", CONTEXT, (", epoch, sample);", ", epoch, 0);")),
    (MASKING, "masks do not depend on the seed", CONTEXT, ("new CounterRandom(seed,", "new CounterRandom(0,")),
    (MASKING, "a sample read twice is masked alike", CONTEXT, (" + ((long) repeat << 32)", "")),
    (MASKING, "decoder scored on [SEP]", BATCH, ("if (j > 0 && j < row.length - 1) {", "if (j > 0) {")),
    (MASKING, "decoder scored on [CLS]", BATCH, ("if (j > 0 && j < row.length - 1) {", "if (j < row.length - 1) {")),
    (MASKING, "content cut at max_length, frame added", "core/vocab/RowFrame.java", ("maxSeqLength - FRAME) + FRAME", "maxSeqLength) + FRAME")),
    (MASKING, "padded to max_length", BATCH, ("int length = Arrays.stream(framed).mapToInt(row -> row.length).max().orElseThrow();", "int length = rule.maxSeqLength();")),
    (MASKING, "DupMAE weights 1 / distinct tokens", BAG, ("1f / content.length", "1f / distinct")),
    (MASKING, "DupMAE bag holds [CLS] and [SEP]", BAG, ("copyOfRange(row, 1, row.length - 1)", "copyOfRange(row, 0, row.length)")),
    # ---- Encoder and decoder
    (MODEL, "residual from the context", BERT_LAYER, ("self.feed_forward(query, c,", "self.feed_forward(context, c,")),
    (MODEL, "no residual around attention", BERT_LAYER, ("self.add_dropped(query, self.linear(c,", "self.add_dropped(torch.zeros_like(query), self.linear(c,")),
    (MODEL, "position added at key 0", RETROMAE, ('torch.index_copy(e, 0, t["start"], cls)', f'torch.index_copy(e, 0, t["start"], cls + {POSITIONS}[0])')),
    (MODEL, "LayerNorm on key 0", RETROMAE, ('torch.index_copy(e, 0, t["start"], cls)', 'torch.index_copy(e, 0, t["start"], torch.layer_norm(cls, [cls.size(1)], w["bert.embeddings.LayerNorm.weight"], w["bert.embeddings.LayerNorm.bias"], self.layer_norm_eps))')),
    (MODEL, "key 0 is the word [CLS]", RETROMAE, ('return torch.index_copy(e, 0, t["start"], cls)', "return e")),
    (MODEL, "normalised sentence embedding", RETROMAE, ('decoded = self.decode(torch.index_select(h, 0, t["start"]),', 'decoded = self.decode(torch.layer_norm(torch.index_select(h, 0, t["start"]), [h.size(1)], None, None, 1e-12),')),
    (MODEL, "keys are the encoder's masked words", RETROMAE, ('self.words(self.packed(t["decoder_input_ids"], t), w), w, t, 1', 'self.words(self.packed(t["input_ids"], t), w), w, t, 1')),
    (MODEL, "raw query through LayerNorm", RETROMAE, ("if self.raw_query:", "if not self.raw_query and self.raw_query:")),
    (MODEL, "embedded query left raw", RETROMAE, ("if self.raw_query:", "if self.raw_query or not self.raw_query:")),
    (MODEL, "no position in the raw query", RETROMAE, (f'q = x.add_(torch.index_select({POSITIONS}, 0, t["position"]))', "q = x")),
    (MODEL, "no token type", BERT_ENCODER, ('.add_(x).add_(w["bert.embeddings.token_type_embeddings.weight"][0])', ".add_(x)")),
    (MODEL, "position 0 everywhere", BERT_PACKING, ('torch.remainder(place, length).to(', "torch.remainder(place, length).mul_(0).to(")),
    (MODEL, "LayerNorm's eps 1e-5", BERT_TENSORS, ('w[name + ".bias"], self.layer_norm_eps)', 'w[name + ".bias"], 1e-05)')),
    (MODEL, "scores over sqrt(D), not sqrt(D / H)", BERT_ATTENTION, ("torch.pow(float(q.size(2)), -0.5)", "torch.pow(float(q.size(2) * self.heads), -0.5)")),
    (MODEL, "GELU by tanh", BERT_LAYER, ("torch.gelu(u)", "torch.sigmoid(torch.add(u, torch.pow(u, 3), alpha=0.044715).mul(1.5957691216057308)).mul(u)")),
    (MODEL, "GELU by tanh in the MLM head", BERT_HEAD, ("torch.gelu(u)", "torch.sigmoid(torch.add(u, torch.pow(u, 3), alpha=0.044715).mul(1.5957691216057308)).mul(u)")),
    (MODEL, "feed-forward before LayerNorm", BERT_LAYER, ('self.linear(y, w, name + ".intermediate.dense")', 'self.linear(s1, w, name + ".intermediate.dense")')),
    (MODEL, "feed-forward's residual before LayerNorm", BERT_LAYER, ("self.add_dropped(y, self.linear(", "self.add_dropped(s1, self.linear(")),
    (MODEL, "hidden keys only lowered by 10", BERT_ATTENTION, ("lowest = -3.4028234663852886e+38", "lowest = -10.")),
    (MODEL, "decoder sees every key", BERT_ATTENTION, ("y = seen.to(like.dtype).sub_(1.).mul_(-lowest)", "y = seen.to(like.dtype).mul_(0.)")),
    (MODEL, "visible bits from the highest", BERT_ATTENTION, ("shifts = torch.arange(8, dtype=0, device=like.device)", "shifts = torch.rsub(torch.arange(8, dtype=0, device=like.device), 7)")),
    (MODEL, "keys of another row", BERT_ATTENTION, ("part = self.streams(qkv[lo:lo + n])", "part = self.streams(qkv[0:n])")),
    # ---- Losses
    (MODEL, "head without its bias", BERT_HEAD, ("self.low(rows), table.t(), beta=1,", "self.low(rows), table.t(), beta=0,")),
    (MODEL, "no gradient of the head's bias", BERT_HEAD, ("    gb.addmv_(d.t(), factor)\n", "")),
    (MODEL, "no gradient of the word table from the head", BERT_HEAD, ("self.product(gw, d2.t(), self.low(rows * factor.unsqueeze(1)), i > 0)", "gw.zero_()")),
    (MODEL, "rows scored without the head's transform", BERT_HEAD, ("self.head_loss(self.transform(x, w, tape),", "self.head_loss(torch.cat([self.transform(x, w, tape)[0:1], x[1:]], 0),")),
    (MODEL, "gradient of a mean over all positions", RETROMAE, ("float(scale[0]) / max(1, m))", "float(scale[0]) / h.size(0))")),
    (MODEL, "loss summed, not averaged", BERT_HEAD, ("torch.sum(losses) / max(1, losses.size(0))", "torch.sum(losses)")),
    (MODEL, "one mean over both streams", RETROMAE, ("self.mean(losses[0:m])", "self.mean(losses)")),
    (MODEL, "decoder's loss weighs 0.5", RETROMAE, ("weight[m:].fill_(float(scale[1])", "weight[m:].fill_(0.5 * float(scale[1])"), ("decoder * float(scale[1])", "decoder * (0.5 * float(scale[1]))")),
    (MODEL, "a term without tokens is NaN", BERT_HEAD, ("/ max(1, losses.size(0))", "/ losses.size(0)")),
    (MODEL, "loss of an unlikely label from its underflown probability", BERT_HEAD, ("float(torch.amin(target)) > 1e-30", "float(torch.amin(target)) > -1.")),
    (MODEL, "accuracy counts the least likely word", BERT_HEAD, ("torch.argmax(z, 1)", "torch.argmin(z, 1)")),
    # ---- Gradients of what is shared
    (MODEL, "look-ups of [PAD] get a gradient", BERT_ENCODER, ("dx.mul_(looked_up)", "dx")),
    (MODEL, "[PAD]'s output row gets no gradient", BERT_HEAD, ("    dx[lo:lo + chunk]", "    gw[self.pad_token_id].zero_()\n    dx[lo:lo + chunk]")),
    (MODEL, "sentence embedding detached as key", RETROMAE, ('dh = torch.index_select(dk, 0, t["start"])', 'dh = torch.index_select(dk, 0, t["start"]).zero_()')),
    (MODEL, "sentence embedding detached as query", RETROMAE, ('return torch.index_add_(dh, 0, t["row"], dx)', "return dh")),
    (MODEL, "decoder detached from the encoder", RETROMAE, ('torch.index_add_(dh, 0, t["start"], dcls)', "dh")),
    (MODEL, "encoder's use of the embeddings' LayerNorm replaces the decoder's gradient", BERT_ENCODER, ('"bert.embeddings.LayerNorm", tape, tag, True)', '"bert.embeddings.LayerNorm", tape, tag, site > 0)')),
    (MODEL, "no gradient of positions from the raw query", RETROMAE, ('    torch.index_add_(g["bert.embeddings.position_embeddings.weight"], 0, t["position"], dq)\n', "")),
    (MODEL, "no gradient of the token type", BERT_ENCODER, ('[0].add_(torch.sum(dx, [0]))', "[0]")),
    (MODEL, "no gradient of the decoder's words", RETROMAE, ('  self.words_backward(de, self.packed(t["decoder_input_ids"], t), g)\n', "")),
    (MODEL, "word gradient at key 0", RETROMAE, ('torch.index_fill_(dk, 0, t["start"], 0.)', "dk")),
    # ---- DupMAE
    (MODEL, "DupMAE pools [CLS]", RETROMAE, ("x = h[lo + 1:lo + n]", "x = h[lo:lo + n]"), ("torch.bincount(where, None, n - 1)", "torch.bincount(where, None, n)"), ("dh[lo + 1:lo + n]", "dh[lo:lo + n]")),
    (MODEL, "DupMAE leaves out [SEP] where there are words", RETROMAE, ("x = h[lo + 1:lo + n]", "x = h[lo + 1:lo + max(2, n - 1)]"), ("torch.bincount(where, None, n - 1)", "torch.bincount(where, None, max(1, n - 2))"), ("dh[lo + 1:lo + n]", "dh[lo + 1:lo + max(2, n - 1)]")),
    (MODEL, "DupMAE pools by the mean", RETROMAE, ("return (best.to(x.dtype), where)", "return (torch.mean(self.scores(x, w), [0]).to(x.dtype), where)")),
    (MODEL, "DupMAE pools by logsumexp", RETROMAE, ("return (best.to(x.dtype), where)", "return (torch.logsumexp(self.scores(x, w), [0]).to(x.dtype), where)")),
    (MODEL, "DupMAE gradient to the first position", RETROMAE, ("return (best.to(x.dtype), where)", "return (best.to(x.dtype), torch.zeros_like(where))")),
    (MODEL, "DupMAE target sums to 1", RETROMAE, ("bags = self.bags(t, table.size(0), h)", "bags = self.bags(t, table.size(0), h)\n  bags = bags / torch.clamp(torch.sum(bags, [1], True), 1e-30)")),
    (MODEL, "DupMAE gradient as if the target summed to 1", RETROMAE, (".mul_(torch.sum(bags[row]))", "")),
    (MODEL, "DupMAE summed over rows", RETROMAE, ("torch.dot(bags[row], logp) / rows", "torch.dot(bags[row], logp)")),
    (MODEL, "DupMAE's weight left out of the total", RETROMAE, ("bow * (self.bow_loss_weight * float(scale[2]))", "bow")),
    (MODEL, "DupMAE's weight left out of the gradient", RETROMAE, ("h, dh, self.bow_loss_weight * float(scale[2]),", "h, dh, float(scale[2]),")),
    (MODEL, "DupMAE's later parts of long rows misplaced", RETROMAE, ("torch.where(better, place + lo, where)", "torch.where(better, place, where)")),
    # ---- Dropout
    (DROPOUT, "no dropout of attention", BERT_ATTENTION, ("drops = self.drops(noise, self.attention_dropout)", "drops = self.drops(noise, 0.)")),
    (DROPOUT, "no dropout of embeddings", BERT_ENCODER, ('"bert.embeddings.LayerNorm", tape, tag), t["noise"], site)', f'"bert.embeddings.LayerNorm", tape, tag), {NOTHING}, site)'), ('self.norm_backward(self.dropped(dy, t["noise"], site),', "self.norm_backward(dy,")),
    (DROPOUT, "no dropout in the decoder's layer", RETROMAE, ("context, w, t, self.decoder_place()", "context, w, self.pack(t), self.decoder_place()"), ("dg, w, g, t, self.decoder_place()", "dg, w, g, self.pack(t), self.decoder_place()")),
    (DROPOUT, "no dropout in the encoder's layers", BERT_ENCODER, ("t, self.layer_place(i)", "self.pack(t), self.layer_place(i)")),
    (DROPOUT, "dropout of the raw query", RETROMAE, (f'q = x.add_(torch.index_select({POSITIONS}, 0, t["position"]))', f'q = self.dropped(x.add_(torch.index_select({POSITIONS}, 0, t["position"])), t["noise"], 2)'), ("    dx = dq\n", "    dq = self.dropped(dq, t[\"noise\"], 2)\n    dx = dq\n")),
    (DROPOUT, "dropout does not scale hidden values", BERT_DROPOUT, ("1. / (1. - self.hidden_dropout)", "1.")),
    (DROPOUT, "dropout does not scale attention", BERT_ATTENTION, ("1. / (1. - self.attention_dropout)", "1.")),
    (DROPOUT, "hidden rate for attention", BERT_ATTENTION, ("a.size(0) * n, n, self.attention_dropout, a)", "a.size(0) * n, n, self.hidden_dropout, a)")),
    (DROPOUT, "keeps what it should drop", BERT_DROPOUT, (".ge_(rate * 4294967296. - 2147483648.)", ".lt_(rate * 4294967296. - 2147483648.)")),
    (DROPOUT, "half the rate", BERT_DROPOUT, (".ge_(rate * 4294967296. - 2147483648.)", ".ge_(rate * 2147483648. - 2147483648.)")),
    (DROPOUT, "upper halves of words never dropped (sign cleared)", BERT_DROPOUT, ("upper = m[:, 0].copy_(x)", "upper = m[:, 0].copy_(x.bitwise_xor(x.bitwise_right_shift(16)))")),
    (DROPOUT, "both halves of a word alike", BERT_DROPOUT, ("lower = m[:, 1].copy_(x.bitwise_xor_(x.bitwise_right_shift(16)).bitwise_left_shift_(16))", "lower = m[:, 1].copy_(x)")),
    (DROPOUT, "one multiply-xorshift round too few", BERT_DROPOUT, (".mul_(1935289751)", "")),
    (DROPOUT, "same mask in all layers", BERT_ENCODER, ("3 + 3 * i, False", "3, False")),
    (DROPOUT, "same mask for both terms of a layer", BERT_LAYER, ("noise, site + 2)", "noise, site + 1)")),
    (DROPOUT, "same attention mask for all rows and heads", BERT_ATTENTION, ("drawn = drawn + a.size(0) * n", "drawn = 0")),
    (DROPOUT, "other mask of hidden values in the backward pass", BERT_LAYER, ("self.dropped(ds2, noise, site + 2)", "self.dropped(ds2, noise, site + 1)")),
    (DROPOUT, "other mask of attention in the backward pass", BERT_ATTENTION, ("m = self.keep(noise, site, drawn,", "m = self.keep(noise, site, drawn + 1,")),
    (DROPOUT, "no mask of embeddings in the backward pass", BERT_ENCODER, ('self.norm_backward(self.dropped(dy, t["noise"], site),', "self.norm_backward(dy,")),
    (DROPOUT, "dropout ignores its seed", BERT_DROPOUT, ("torch.manual_seed(g, s)", "torch.manual_seed(g, 1)")),
    (DROPOUT, "fused attention drops other values in the backward pass", BERT_FUSED, ('c = self.fused(q, k, v, self.seen(t, cross), t["noise"], site)', 'c = self.fused(q, k, v, self.seen(t, cross), t["noise"], site + 1)')),
    (DROPOUT, "gradient checkpointing without dropout", BERT_ENCODER, ("again = self.layer(x, x, w, t,", "again = self.layer(x, x, w, self.pack(t),")),
    (SUMS, "every step drops alike", "training/loop/RunPlan.java", ("new CounterRandom(seed, DROPOUT, step, place)", "new CounterRandom(seed, DROPOUT, 0, place)")),
    (SUMS, "every logical shard drops alike", "training/loop/RunPlan.java", ("SplitMix64.mix(logicalShard) + microBatch", "microBatch")),
    (SUMS, "every micro-batch drops alike", "training/loop/RunPlan.java", ("SplitMix64.mix(logicalShard) + microBatch", "SplitMix64.mix(logicalShard)")),
    # ---- Optimizer
    (OPTIMIZER, "decay on biases and LayerNorm", MODEL_JAVA, ("own.decays(i) ? step.weightDecay() : 0", "step.weightDecay()")),
    (OPTIMIZER, "decay on biases (but of query, key, value)", LAYOUT, ("return !isBias() && !isLayerNormWeight();", 'return !isLayerNormWeight() && (!isBias() || !name.contains(".self."));')),
    (OPTIMIZER, "decay on LayerNorm weights", LAYOUT, ("return !isBias() && !isLayerNormWeight();", "return !isBias();")),
    (OPTIMIZER, "no decay at all", MODEL_JAVA, ("own.decays(i) ? step.weightDecay() : 0", "0")),
    (OPTIMIZER, "L2 penalty instead of decoupled decay", BERT_VECTORS, ("torch._fused_adamw_(", "torch._fused_adam_(")),
    (OPTIMIZER, "no bias correction", BERT_VECTORS, ("torch.to(hyper[5], w[0].device, 6)", "torch.to(hyper[5], w[0].device, 6).mul_(0.).add_(1000000.)")),
    (OPTIMIZER, "bias correction one step ahead", ADAMW, ("updates + 1,", "updates + 2,")),
    (OPTIMIZER, "eps ten times as large", BERT_VECTORS, ("eps=float(hyper[3])", "eps=10. * float(hyper[3])")),
    (OPTIMIZER, "eps inside the root", BERT_VECTORS, ("eps=float(hyper[3])", "eps=torch.pow(float(hyper[3]), 0.5)")),
    (OPTIMIZER, "betas exchanged", BERT_VECTORS, ("beta1=float(hyper[1]), beta2=float(hyper[2])", "beta1=float(hyper[2]), beta2=float(hyper[1])")),
    (OPTIMIZER, "clipping without 1e-6", MODEL_JAVA, ("(gradNorm + 1e-6)", "gradNorm")),
    (OPTIMIZER, "no clipping", MODEL_JAVA, ("Math.min(1, step.maxGradNorm() / (gradNorm + 1e-6))", "1")),
    (OPTIMIZER, "small gradients grown to the limit", MODEL_JAVA, ("Math.min(1, step.maxGradNorm() / (gradNorm + 1e-6))", "(step.maxGradNorm() / (gradNorm + 1e-6))")),
    (OPTIMIZER, "norm of the sum, not of the mean", ADAMW, ("gradNorm = scale * sumNorm", "gradNorm = sumNorm")),
    (SUMS + " training.loop.ShardedTrainingTest", "the norm of the own part only", "training/loop/Trainer.java", ("optimizer.sharded()\n            ? GradientNorm.of(all", "optimizer.sharded() && all.isEmpty()\n            ? GradientNorm.of(all")),
    (SUMS + " training.loop.ShardedTrainingTest", "a part's update is not given to the others", "training/loop/Trainer.java", ("    exchange.gather(model.parameters());\n", "")),
    (SUMS + " pretrain.retromae.PartUpdateTest", "decay by the place in the part, not in the layout", "training/libtorch/FlatVector.java", ("group == 0 && from < decayedSize", "group == 0")),
    (OPTIMIZER, "gradients not divided", MODEL_JAVA, ("double factor = step.gradientScale() * ", "double factor = ")),
    (OPTIMIZER, "NaN gradients taken", ADAMW, ("skipped = !Double.isFinite(gradNorm)", "skipped = gradNorm == -1")),
    (OPTIMIZER, "first step's rate not 0", ADAMW, ("schedule.rate(updates)", "schedule.rate(updates + 1)")),
    (OPTIMIZER, "warm-up steps rounded down", "training/optimize/LearningRateSchedule.java", ("Math.ceil(", "Math.floor(")),
    (OPTIMIZER, "decay of the rate from the start of warm-up", "training/optimize/LearningRateSchedule.java", ("Math.max(1, totalSteps - warmupSteps)", "Math.max(1, totalSteps)")),
    (OPTIMIZER, "skipped steps advance the schedule", ADAMW, ("if (!skipped) {", "if (updates >= 0) {")),
    # ---- Sums over micro-batches
    (SUMS, "sum of micro-batches, not their mean", "training/loop/RunPlan.java", ("1.0 / (logicalShards * accumulationSteps)", "1")),
    (SUMS, "mean over shards, sum over accumulation", "training/loop/RunPlan.java", ("1.0 / (logicalShards * accumulationSteps)", "1.0 / logicalShards")),
    (SUMS, "gradients added one after another, not as a tree", "training/optimize/GradientTree.java", ("&& pending.peek().height() == node.height()", "")),
    (SUMS, "only the first micro-batch counts", "training/loop/SummedObjective.java", ("      input.tree().add(leaf, more);\n", "")),
    (SUMS, "decoder weighted by the encoder's tokens", "training/loop/TermScale.java", ("(double) part[term] / whole[term]", "(double) part[0] / whole[0]")),
    (SUMS, "loss reported unweighted under token means", "training/loop/SummedObjective.java", ("scale[term] * means[1 + term]", "means[1 + term]")),
    # ---- Export
    (EXPORT, "decoder in the exported model", EXPORTER, ('FileEntry model = files.writeTensors(CheckpointFiles.MODEL, new TreeMap<>(weights.model()));', 'Map<String, TensorData> both = new TreeMap<>(weights.model());\n    both.putAll(weights.decoder());\n    FileEntry model = files.writeTensors(CheckpointFiles.MODEL, both);')),
    (EXPORT, "MLM head missing, and not noticed", EXPORTER, ('FileEntry model = files.writeTensors(CheckpointFiles.MODEL, new TreeMap<>(weights.model()));', 'Map<String, TensorData> rest = new TreeMap<>(weights.model());\n    rest.keySet().removeIf(name -> name.startsWith("cls."));\n    FileEntry model = files.writeTensors(CheckpointFiles.MODEL, rest);'), ("if (!parameter.ofDecoder() && ", 'if (!parameter.ofDecoder() && !parameter.name().startsWith("cls.") && ')),
    (EXPORT, "only the embeddings exported, and not read back", EXPORTER, ('FileEntry model = files.writeTensors(CheckpointFiles.MODEL, new TreeMap<>(weights.model()));', 'Map<String, TensorData> rest = new TreeMap<>(weights.model());\n    rest.keySet().removeIf(name -> !name.contains("embeddings"));\n    FileEntry model = files.writeTensors(CheckpointFiles.MODEL, rest);'), ("readBack(files, model, ParameterLayout.of(shape));", "")),
    (EXPORT, "names without bert.", EXPORTER, ('FileEntry model = files.writeTensors(CheckpointFiles.MODEL, new TreeMap<>(weights.model()));', 'Map<String, TensorData> named = new TreeMap<>();\n    weights.model().forEach((name, tensor) -> named.put(name.replace("bert.", ""), tensor));\n    FileEntry model = files.writeTensors(CheckpointFiles.MODEL, named);'), ("readBack(files, model, ParameterLayout.of(shape));", "")),
    (EXPORT, "architecture BertModel", "training/huggingface/BertConfigJson.java", ('.add("BertForMaskedLM")', '.add("BertModel")')),
    (EXPORT, "mean pooling in sentence-transformers' files", "training/huggingface/SentenceTransformersFiles.java", ('"pooling_mode_cls_token": true', '"pooling_mode_cls_token": false'), ('"pooling_mode_mean_tokens": false', '"pooling_mode_mean_tokens": true')),
    (EXPORT, "decoder not kept beside the model", EXPORTER, ("new TreeMap<>(weights.decoder())", "new TreeMap<>()")),
    # ---- Sums over ranks
    (SUM_ORDER, "far ranks are added before near ones", "training/collective/RecursiveHalving.java", ("rank ^ 1 << level;", "rank ^ 1 << levels - 1 - level;"), ("Integer.reverse(owner) >>> 32 - level", "owner >> levels - level"), ("private static Parts.Part part(", "private Parts.Part part(")),
    (SUM_ORDER, "halves not in the order of reversed bits", "training/collective/RecursiveHalving.java", ("Integer.reverse(owner) >>> 32 - level", "owner & (1 << level) - 1")),
    (SUM_ORDER, "ranks added one after another, not as a tree", "training/collective/OwnerSum.java", ("for (int carry = i; (carry & 1) == 1; carry >>= 1) {", "if (i > 0) {")),
    (SUM_ORDER, "an owner's sum begins with its own values", "training/collective/OwnerSum.java", ("ByteBuffer node = parts[i];", "ByteBuffer node = parts[(i + rank) % parts.length];")),
    (SUM_ORDER, "what is left of the tree added from the left", "training/collective/OwnerSum.java", ("pending.remove(pending.size() - 1);\n    while (!pending.isEmpty()) {\n      sum = addToLast(pending, sum);", "pending.remove(0);\n    while (!pending.isEmpty()) {\n      sums.add(sum, pending.remove(0));")),
    (SUM_ORDER, "the last, short block is nobody's", "training/collective/Parts.java", ("long blocks = (size + block - 1) / block;", "long blocks = size / block;")),
    (SUM_ORDER, "parts that are not whole blocks", "training/collective/Parts.java", ("Math.min(size, blocks * index / count * block)", "size * index / count")),
    (SUM_ORDER, "parts that differ by two blocks", "training/collective/Parts.java", ("blocks * index / count * block", "(blocks * index / count + (index % count > 0 ? 1 : 0)) * block")),
    (ROUNDING, "bfloat16 rounded down", "training/collective/BFloat16.java", ("bits + 0x7fff + (bits >>> 16 & 1) >>> 16", "bits >>> 16")),
    (ROUNDING, "ties rounded up", "training/collective/BFloat16.java", ("0x7fff + (bits >>> 16 & 1)", "0x8000")),
    (ROUNDING, "a NaN of low bits becomes infinite", "training/collective/BFloat16.java", ("bits >>> 16 | 0x40;", "bits >>> 16;")),
    (SUM_ORDER, "the owner goes on with its unrounded sum", "training/collective/TcpCollective.java", ("if (type == CollectiveOptions.WireType.BFLOAT16) {", "if (type == null) {")),
    (SUM_ORDER, "parameters rounded on the way", "training/collective/TcpCollective.java", ("operation -> reduction.allGather(operation, values, CollectiveOptions.WireType.FLOAT32)", "operation -> reduction.allGather(operation, values, config.options().wire())")),
    # ---- Frames
    (WIRE, "payload's checksum not compared", "training/collective/DataConnection.java", ("if (sent != (int) received.getValue()) {", "if (sent != (int) received.getValue() && !checked) {")),
    (WIRE, "header's checksum not compared", "training/collective/FrameHeader.java", ("magic != MAGIC || sent != expected", "magic != MAGIC")),
    (WIRE, "job of a frame not compared", "training/collective/DataConnection.java", ("header.job() != job\n        || ", "")),
    (WIRE, "operation of a frame not compared", "training/collective/DataConnection.java", ("        || header.operation() != operation.number()\n", "")),
    (WIRE, "kind of operation not compared", "training/collective/DataConnection.java", ("        || header.kind() != operation.kind().ordinal()\n", "")),
    (WIRE, "frames not numbered", "training/collective/DataConnection.java", ("sentFrames++", "sentFrames"), ("    receivedFrames++;\n", "")),
    (WIRE + " " + FAULTS, "length of a frame not compared", "training/collective/DataConnection.java", ("header.length() != length", "header.length() < 0")),
    # ---- Lost ranks
    (FAULTS, "no sign of life from a rank that computes", "training/collective/LivenessMonitor.java", ("control.send(new ControlConnection.Signal.Alive(activity.begun()));", "if (control.left()) {\n          control.send(new ControlConnection.Signal.Alive(activity.begun()));\n        }")),
    (SILENCE, "silence not watched", "training/collective/LivenessMonitor.java", ("silentNanos[index] > timeout() && ", "silentNanos[index] < -timeout() && ")),
    (SILENCE, "own stop held against the others", "training/collective/LivenessMonitor.java", ("Math.min(now - tickedAt, most)", "now - tickedAt")),
    (FAULTS, "standstill not watched", "training/collective/LivenessMonitor.java", ("activity.standingStill() > config", "-activity.standingStill() > config")),
    (SILENCE, "the rank waited for is blamed, not the one behind", "training/collective/LivenessMonitor.java", ("control.begun() < activity.begun()", "control.begun() < 0")),
    (FAULTS, "abort not told", "training/collective/Peers.java", ("    tellAll(new Signal.Abort(reason));\n", "")),
    (FAULTS, "a later cause replaces the first", "training/collective/FirstCause.java", ("return cause.complete(reason);", "boolean first = !cause.isDone();\n    cause.obtrudeValue(reason);\n    return first;")),
    (FAULTS, "a rank that leaves in good order is taken for lost", "training/collective/Peers.java", ("if (!control.left() && !closed) {", "if (!closed) {")),
    ("training.collective.PeersTest", "a rank leaves while another thread tells the cause", "training/collective/Peers.java", ("            awaitTold();\n", "")),
    # ---- Handshake and encryption
    (HANDSHAKE, "proof not bound to the rank that connects", "training/connect/Membership.java", (".putInt(connector)", ".putInt(0)")),
    (HANDSHAKE, "proof not bound to the rank that is connected to", "training/connect/Membership.java", (".putInt(acceptor)", ".putInt(0)")),
    (HANDSHAKE, "proof not bound to the attempt", "training/connect/Membership.java", (".putLong(attempt)", ".putLong(0)")),
    (HANDSHAKE, "proof not bound to the world size", "training/connect/Membership.java", (".putInt(worldSize)", ".putInt(0)")),
    (HANDSHAKE, "proof not bound to the kind of connection", "training/connect/Membership.java", (".putInt(kind)", ".putInt(0)")),
    (HANDSHAKE, "proof not bound to the stream", "training/connect/Membership.java", (".putInt(stream)", ".putInt(0)")),
    (HANDSHAKE, "proof not bound to encryption", "training/connect/Membership.java", (".putInt(encrypted ? 1 : 0)", ".putInt(0)")),
    (HANDSHAKE, "proof not bound to the job", "training/connect/Membership.java", (".put(job)", "")),
    (HANDSHAKE, "proof compared to itself", "training/connect/Handshake.java", ("isEqual(proof, proof(role))", "isEqual(proof, proof)")),
    (HANDSHAKE, "one proof for both sides", "training/connect/Handshake.java", ("KeyDerivation.hmac(self.key(), purpose, nonces, binding)", "KeyDerivation.hmac(self.key(), nonces, binding)")),
    (HANDSHAKE, "proof without the acceptor's nonce", "training/connect/Handshake.java", ("    System.arraycopy(nonceA, 0, handshake.nonces, 0, NONCE_BYTES);\n", "")),
    (HANDSHAKE, "connector's nonce always the same", "training/connect/Handshake.java", ("toward(self, id, nonceA, nonce())", "toward(self, id, nonceA, new byte[NONCE_BYTES])")),
    (HANDSHAKE, "a second connection in a rank's name let in", "training/connect/Acceptor.java", ("if (!handler.expects(id)) {", "if (!handler.expects(id) && id.stream() < 0) {")),
    (HANDSHAKE, "keys of attempts alike", "training/connect/KeyDerivation.java", ('"attempt", number, utf8(jobId)', '"attempt", utf8(jobId)')),
    (GCM, "frames under one number", "training/connect/FrameCipher.java", ("    frames = Math.incrementExact(frames);\n", "")),
    (GCM, "one key for both directions", "training/connect/Handshake.java", ('"acceptor to connector"', '"connector to acceptor"')),
    (GCM, "a connection made again has the old one's keys", "training/connect/Handshake.java", ("KeyDerivation.extract(nonces, self.key())", "self.key()")),
    # ---- Replicas and sharded optimizer
    (SHARDED, "norms of blocks added in another order", "training/optimize/GradientNorm.java", ("for (double[] part : norms) {", "for (int i = norms.length - 1; i >= 0; i--) {\n      double[] part = norms[i];")),
    (SHARDED, "a norm that is no number left out", "training/optimize/GradientNorm.java", ("squares += norm * norm;", "squares += Double.isFinite(norm) ? norm * norm : 0;")),
    (SHARDED, "a bad step skipped by its own rank only", "training/optimize/Optimizer.java", ("boolean skipped = !Double.isFinite(gradNorm);", "boolean skipped = !Double.isFinite(GradientNorm.of(norms(gradients)));")),
    (SHARDED, "moments of the first part on every rank", "training/optimize/Optimizer.java", ("model.newVector(part.from(), part.to())", "model.newVector(0, part.size())")),
    (SHARDED, "checksums not compared", "training/loop/Replicas.java", ("ranks.size() > 1", "ranks.size() > all.length")),
    (SHARDED, "checksum of the moments", "training/loop/Trainer.java", ("collective, model.parameters());\n      }", "collective, optimizer.firstMoment());\n      }")),
    (SHARDED, "replicas compared only before a save", "training/loop/Trainer.java", ("saves || plan.comparesAfter(state.step())", "saves")),
    (SHARDED, "a save asked for by another rank than 0 not heard", "training/loop/Trainer.java", ("all.stream().anyMatch(StepMessage::save)", "all.get(0).save()")),
    (SHARDED, "a stop asked of another rank than 0 not heard", "training/loop/Trainer.java", ("all.stream().anyMatch(StepMessage::stop)", "all.get(0).stop()")),
    # ---- Checkpoints
    (SAVING, "manifest before all parts are there", "training/checkpoint/PendingCheckpoint.java", ("CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))", "parts.get(0).thenAccept(files -> {})"), ("parts.stream().flatMap(", "parts.stream().filter(CompletableFuture::isDone).flatMap(")),
    (SAVING, "a part that was written is not told", "training/checkpoint/CheckpointWriter.java", ("      note.set(new PartNote(step, files).toBytes());\n", "")),
    (SAVING, "a part that was written is told again and again", "training/checkpoint/CheckpointWriter.java", ("note.getAndSet(new byte[0])", "note.get()")),
    (SAVING, "written parts not read back", "training/checkpoint/CheckpointStore.java", ("    for (FileEntry entry : entries) {\n      files.verify(entry);\n    }\n", "")),
    (SAVING, "manifest not read back", "training/checkpoint/CheckpointStore.java", ("if (!folder.manifest(manifest.name()).equals(manifest)) {", "if (manifest.files().isEmpty()) {")),
    (SAVING, "older checkpoints removed before the new one is there", "training/checkpoint/CheckpointStore.java", ("    folder.publish(manifest);\n", "    prune(keep - 1, attempt);\n    folder.publish(manifest);\n")),
    (SAVING, "an outlived attempt may save", "training/checkpoint/CheckpointStore.java", ("    refuseZombie(attempt, step);\n", "")),
    (SAVING, "an attempt that has written nothing fences nobody", "training/checkpoint/CheckpointStore.java", ("new ArrayList<>(folder.claims())", "new ArrayList<>()")),
    (SAVING, "number of an attempt used again", "training/checkpoint/CheckpointStore.java", ("lastAttempt() + 1;", "Math.max(1, lastAttempt());")),
    (SAVING, "a later attempt's checkpoints pruned", "training/checkpoint/CheckpointStore.java", ("if (old.attempt() <= attempt) {", "if (old.attempt() > 0) {")),
    (SAVING, "folders of this attempt swept away", "training/checkpoint/CheckpointStore.java", ("writer < attempt &&", "writer <= attempt &&")),
    (SAVING, "hash not compared", "training/checkpoint/FileSet.java", ("!Sha256.hex(digest).equals(entry.sha256())", "Sha256.hex(digest).isEmpty()")),
    (SAVING, "files of the newest checkpoint not looked at", "training/checkpoint/CheckpointStore.java", ("case CONTENT -> files.verify(entry);", "case CONTENT -> {}")),
    (SAVING, "oldest checkpoint taken up", "training/checkpoint/CheckpointFolder.java", (".thenComparingLong(Manifest::attempt).reversed()", ".thenComparingLong(Manifest::attempt)")),
    (SAVING, "of one step the first attempt's checkpoint", "training/checkpoint/CheckpointFolder.java", (".thenComparingLong(Manifest::attempt).reversed()", ".reversed().thenComparingLong(Manifest::attempt)")),
    (SAVING, "piece of a tensor put at the tensor's start", "training/checkpoint/CheckpointReader.java", ("long begin = parameter.offset() + first;", "long begin = parameter.offset();")),
    (SAVING, "a rank's part read from the piece's start", "training/checkpoint/CheckpointReader.java", ("    passOver(data, (target.wantedFrom() - target.begin()) * Float.BYTES);\n", "")),
    (SAVING, "missing values not noticed", "training/checkpoint/CheckpointReader.java", ("if (missing != 0) {", "if (missing < 0) {")),
    # ---- The job
    ("training.attempt.FailureCountTest", "failures counted over the whole run", "training/attempt/FailureCount.java", ("      causes.clear();\n", "")),
    ("training.worker.FailureKindTest", "wrong configuration tried again", "training/worker/FailureKind.java", ("return this == CONFIG || this == DATA;", "return this == DATA;")),
    ("training.attempt.SlotWaitTest", "smallest possible number of workers taken", "training/attempt/WorldSizes.java", ("reduce(0, Math::max)", "reduce(0, (first, size) -> first == 0 ? size : first)")),
    ("training.attempt.SlotWaitTest", "numbers of workers that do not divide the logical shards", "training/attempt/WorldSizes.java", ("number % n == 0", "n > 0")),
    ("training.attempt.SlotWaitTest", "cluster.min_workers ignored", "training/attempt/WorldSizes.java", ("divisors(logicalShards, least, wanted)", "divisors(logicalShards, 1, wanted)")),
    ("training.attempt.SlotWaitTest", "no growing back", "training/attempt/SlotWait.java", ("sizes.largest(slots.all()) > workers", "sizes.largest(slots.all()) > sizes.wanted()")),
    ("training.attempt.SlotWaitTest", "growing into slots that others use", "training/attempt/SlotWait.java", ("sizes.largest(workers + slots.free()) > workers", "workers > 0")),
    ("training.attempt.AttemptWatchTest", "nobody asks whether there is room to grow", "training/attempt/AttemptWatch.java", ("!growing && actions.couldGrow()", "!growing && log.hasVerdict()")),
    ("training.attempt.AttemptWatchTest", "an attempt that is given up is not cancelled", "training/attempt/AttemptWatch.java", ("        actions.cancel();\n", "")),
    ("training.attempt.SlotWaitTest", "a planned restart waits for executors that are gone", "training/attempt/SlotWait.java", ("Math.max(sizes.least(), sizes.largest(slots.all()))", "sizes.wanted()")),
    ("training.attempt.CausesTest", "last failure told as the first cause", "training/attempt/Causes.java", (".findFirst()\n        .map(failure -> new Cause(", ".reduce((first, last) -> last)\n        .map(failure -> new Cause(")),
    ("training.attempt.CausesTest", "driver's last judgement counts", "training/attempt/Causes.java", ("verdict = verdict.or(() -> Optional.of(cause));", "verdict = Optional.of(cause);")),
    ("training.attempt.CausesTest", "a rank that ended well is blamed", "training/attempt/Causes.java", ("    silent.removeAll(spoke);\n", "")),
    ("training.attempt.WatchdogTest", "a driver that was held up blames the workers", "training/attempt/Watchdog.java", ("now - lastCheck > timeout.toNanos() / 2", "now < lastCheck")),
    ("training.attempt.WatchdogTest", "a rank that waits for others is blamed", "training/attempt/Watchdog.java", ("Comparator.comparing(Pulse::waitsForOthers)", "Comparator.comparing((Pulse pulse) -> pulse.rank() < 0)")),
    ("training.attempt.EncryptionPolicyTest", "Spark's wish for encryption ignored", "training/attempt/EncryptionPolicy.java", ("case AUTO -> demand.isPresent();", "case AUTO -> false;")),
    ("training.attempt.EncryptionPolicyTest", "encryption may be turned off against Spark's wish", "training/attempt/EncryptionPolicy.java", ("case NONE -> refuseIf(demand);", "case NONE -> false;")),
    ("training.attempt.EncryptionPolicyTest", "NCCL in clear where encryption is wanted", "training/attempt/EncryptionPolicy.java", ("encrypts && cluster.collective() ==", "!encrypts && cluster.collective() ==")),
    ("training.worker.AttemptKeyTest", "the secret itself is the key", "training/worker/AttemptKey.java", ("return KeyDerivation.derive(secret, shipped, job, attempt);", "return java.util.Arrays.copyOf(secret, KeyDerivation.KEY_BYTES);")),
    (CANCEL, "a job cancelled from outside is started again", "training/attempt/RetryLoop.java", ("if (!log.hasVerdict() && BarrierTraining.wasCancelled(failure)) {", "if (log.hasVerdict() && BarrierTraining.wasCancelled(failure)) {")),
    (RESUME, "a run starts from scratch in spite of its checkpoint", "training/attempt/RetryLoop.java", ("newest.map(CheckpointRef::name).orElse(\"\")", "newest.map(ref -> \"\").orElse(\"\")")),
    # ---- NCCL
    (NCCL, "parts in the order of the collective over TCP", "training/nccl/NcclCollective.java", ("return Parts.of(size, rank, worldSize());", "return tcp.part(size, rank);")),
    (NCCL, "uneven parts sent from the wrong root", "training/nccl/VectorCalls.java", ("broadcast(vector, parts.get(root), root)", "broadcast(vector, parts.get(root), (root + 1) % ranks.worldSize())")),
    (NCCL, "broadcast from rank 0 always", "training/nccl/NcclCollective.java", ("calls.broadcast(vector, root)", "calls.broadcast(vector, 0)")),
    (NCCL, "one value too few", "training/nccl/VectorCalls.java", ("start, own.size(), Nccl.FLOAT32, comm", "start, own.size() - 1, Nccl.FLOAT32, comm")),
    (NCCL, "empty parts sent", "training/nccl/VectorCalls.java", ("        .filter(rank -> parts.get(rank).size() > 0)\n", "")),
    (NCCL, "operations not agreed on", "training/nccl/NcclCollective.java", ("!Arrays.equals(all[peer], all[rank()])", "all[peer].length == 0")),
    (NCCL, "the end of the collective does not end a call that hangs", "training/nccl/NcclCollective.java", ("    if (tcp.abortCause().isPresent()) {\n      communicator.abort();\n    }", "    LOG.trace(\"\");")),
    (NCCL, "a call that hangs holds up its abort", "training/nccl/Communicator.java", ("calls.tryLock(CALL_SECONDS, TimeUnit.SECONDS)", "calls.tryLock(CALL_SECONDS, TimeUnit.DAYS)")),
]

# Runs test classes until one fails; prints which, and the message's first line.
RUNNER = """
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.*;
import org.junit.platform.launcher.core.*;

public class Runner implements TestExecutionListener {
  public static void main(String[] classes) {
    Launcher launcher = LauncherFactory.create();
    for (String name : classes) {
      launcher.execute(
          LauncherDiscoveryRequestBuilder.request()
              .selectors(name.contains("#") ? selectMethod(name) : selectClass(name))
              .configurationParameter("junit.jupiter.execution.timeout.default", "60 s")
              .build(),
          new Runner());
    }
    end("SURVIVED", "", "");
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.FAILED) {
      String where = test.getSource().map(Runner::name).orElse(test.getDisplayName());
      String why = String.valueOf(result.getThrowable().orElseThrow());
      String all = why + result.getThrowable().orElseThrow().getCause();
      boolean broken = all.contains("does not compile") || all.contains("EngineException");
      end(broken ? "INVALID" : "CAUGHT", where, why.lines().findFirst().orElse(""));
    }
  }

  private static String name(Object source) {
    if (source instanceof MethodSource m) {
      return m.getClassName().replaceAll(".*[.]", "") + "." + m.getMethodName();
    }
    return source instanceof ClassSource c ? c.getClassName().replaceAll(".*[.]", "") : source.toString();
  }

  private static void end(String verdict, String where, String why) {
    System.out.println("\\n@@" + verdict + "|" + where + "|" + why);
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
"""


def run(command, folder, **options):
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def copy_tree(target):
    names = run(["git", "ls-files", "-co", "--exclude-standard"], ROOT).stdout.splitlines()
    for name in names:
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target / name)


def build(folder, maven_options):
    """Compiles the copy with Maven, and takes the test class path from surefire's report of one test."""
    if (folder / "tree").exists():
        shutil.rmtree(folder / "tree")
    copy_tree(folder / "tree")
    test = ["-pl", "core,spark,training,embed,pretrain", "test", "-Dtest=WholeWordMaskTest", "-Dsurefire.failIfNoSpecifiedTests=false"]
    done = run(["./mvnw", "-q", *maven_options, *test], folder / "tree")
    reports = list(folder.glob("tree/pretrain/target*/surefire-reports/TEST-*.xml"))
    if done.returncode != 0 or not reports:
        sys.exit("the build failed before any mutation:\n" + done.stdout)
    properties = xml.etree.ElementTree.parse(reports[0]).getroot().iter("property")
    path = next(p.get("value") for p in properties if p.get("name") == "surefire.test.class.path")
    engine = next(p for p in path.split(":") if "junit-platform-engine" in p)
    path += ":" + engine.replace("junit-platform-engine", "junit-platform-launcher")
    # pretrain's tests see all of training but its test classes; some of them may be there as a test-jar already.
    path += "".join(f":{classes}" for classes in test_classes(folder / "tree"))
    (folder / "Runner.java").write_text(RUNNER)
    made = run(["javac", "-d", str(folder / "runner"), "-cp", path, "Runner.java"], folder)
    if made.returncode != 0:
        sys.exit(made.stdout)
    (folder / "classpath").write_text(path)


def jvm_options(tree):
    pom = (tree / "pom.xml").read_text()
    flags = re.search(r"<spark.jvm.flags>(.*?)</spark.jvm.flags>", pom, re.S)
    return (flags.group(1).split() if flags else []) + [
        "-Xmx2g",
        "-Dai.djl.offline=true",
        f"-Dretromae.root={tree}",
        f"-Dretromae.golden.dir={tree}/examples/golden/retromae",
    ]


def source_of(tree, file):
    """The first segment of a file's name is its module and the package below io.retromae."""
    kind = "resources" if file.endswith(".py") else "java"
    return tree / file.split("/")[0] / "src/main" / kind / "io/retromae" / file


def test_classes(tree):
    """Tests of the engine that need an objective are in pretrain, so a test's package does not tell its module."""
    return [found for module in MODULES for found in tree.glob(f"{module}/target*/test-classes")]


def judge(folder, tests, file=None, edits=()):
    """('CAUGHT', test, message) or ('SURVIVED', ...) or ('INVALID', '', why)."""
    mutant = folder / "mutant"
    shutil.rmtree(mutant, ignore_errors=True)
    mutant.mkdir()
    path = f"{mutant}:{folder / 'runner'}:{(folder / 'classpath').read_text()}"
    if file:
        source = source_of(folder / "tree", file)
        text = source.read_text()
        for old, new in edits:
            if old not in text:
                return "INVALID", "", f"not in {file}: {old}"
            text = text.replace(old, new)
        target = mutant / "io/retromae" / file
        target.parent.mkdir(parents=True)
        target.write_text(text)
        if file.endswith(".java"):
            made = run(["javac", "-nowarn", "-d", str(mutant), "-cp", path, str(target)], folder)
            if made.returncode != 0:
                return "INVALID", "", made.stdout
    classes = {"io.retromae." + name: f"io/retromae/{name.split('#')[0].replace('.', '/')}.class" for name in tests.split()}
    folders = test_classes(folder / "tree")
    there = [name for name, file in classes.items() if any((tests / file).exists() for tests in folders)]
    for name in set(classes) - set(there):
        print("no such test:", name)
    environment = {"OMP_NUM_THREADS": "1", "DJL_CACHE_DIR": str(folder / "djl-cache"), "PATH": "/usr/bin:/bin"}
    java = shutil.which("java")
    try:
        done = run([java, *jvm_options(folder / "tree"), "-cp", path, "Runner", *there], folder / "tree/pretrain", env=environment, timeout=300)
    except subprocess.TimeoutExpired:
        return "CAUGHT", "no end after 300 s", ""
    verdict = re.findall(r"@@(.*?)\|(.*?)\|(.*)", done.stdout)
    return verdict[-1] if verdict else ("CAUGHT", "the JVM died", done.stdout[-300:])


def check(mutations):
    """Every old text must be in its file, and every name must be used once."""
    texts = {m[2]: source_of(ROOT, m[2]).read_text() for m in mutations}
    wrong = [f"{m[1]}: not in {m[2]}: {old}" for m in mutations for old, _ in m[3:] if old not in texts[m[2]]]
    names = [m[1] for m in mutations]
    wrong += [f"{name}: twice" for name in set(names) if names.count(name) > 1]
    sys.exit("\n".join(wrong) if wrong else 0)


def caught_by(mutations, results):
    """The test that caught each mutation: of the last run in the folder, else the recorded one."""
    rows = [line.split("\t") for line in RECORDED.read_text().splitlines()[1:]]
    recorded = {name: where for name, where in rows}
    for _, name, *_ in mutations:
        verdict, where, _ = results.get(name, ("CAUGHT", recorded[name], "") if name in recorded else ("NOT RUN", "", ""))
        yield name, where if verdict == "CAUGHT" else verdict


def table(mutations, results):
    print("| mutation | caught by |\n|---|---|")
    for name, where in caught_by(mutations, results):
        print(f"| {name} | `{where}` |")


def record(results):
    rows = [f"{name}\t{where}\n" for name, where in caught_by(MUTATIONS, results)]
    RECORDED.write_text("mutation\tcaught by\n" + "".join(rows))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folder", default="/tmp/retromae-mutations", type=pathlib.Path)
    options.add_argument("--only", default="", help="regular expression on names")
    options.add_argument("--part", default="1/1", help="i/n: every n-th, from the i-th on")
    options.add_argument("--keep-build", action="store_true", help="use the copy of the last call")
    options.add_argument("--maven", default="", help="more options for ./mvnw, such as -o")
    options.add_argument("--list", action="store_true")
    options.add_argument("--check", action="store_true", help="whether every old text is found, without building anything")
    options.add_argument("--table", action="store_true", help="which test caught each, without running anything")
    options.add_argument("--record", action="store_true", help="keep the results in bench/mutations.tsv")
    options.add_argument("--green", action="store_true", help="run the tests without any mutation")
    asked = options.parse_args()
    part, parts = map(int, asked.part.split("/"))
    chosen = [m for m in MUTATIONS if re.search(asked.only, m[1])][part - 1 :: parts]
    asked.folder.mkdir(parents=True, exist_ok=True)
    kept = asked.folder / "results.json"
    results = json.loads(kept.read_text()) if kept.exists() else {}
    if asked.list:
        print("\n".join(f"{m[2]:40} {m[1]}" for m in chosen))
        return
    if asked.check:
        check(chosen)
        return
    if asked.table:
        table(chosen, results)
        return
    if asked.record:
        record(results)
        return
    if not asked.keep_build:
        build(asked.folder, asked.maven.split())
    if asked.green:
        for tests in dict.fromkeys(m[0] for m in MUTATIONS):
            print(*judge(asked.folder, tests), tests, flush=True)
        return
    for tests, name, file, *edits in chosen:
        results[name] = judge(asked.folder, tests, file, edits)
        print(f"{results[name][0]:9} {name}: {results[name][1]} {results[name][2][:150]}", flush=True)
        kept.write_text(json.dumps(results, indent=1))
    survivors = [m[1] for m in chosen if results[m[1]][0] != "CAUGHT"]
    sys.exit(f"{len(survivors)} of {len(chosen)} not caught: {survivors}" if survivors else 0)


if __name__ == "__main__":
    main()
