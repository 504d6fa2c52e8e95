package io.retromae.finetune.pairs;

import io.retromae.core.config.Setting;
import io.retromae.etl.clean.FilterSettings;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.LimitSettings;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import java.util.List;

/**
 * Settings of the job pairs.
 *
 * @param inputs raw corpora
 * @param output folder to write
 * @param rules what pairs are made of which source
 * @param lengths of the two sides
 * @param maxPairsPerQuery of one query in a data set
 * @param onBadFile what happens to a file with an error inside
 * @param files which files are read
 * @param reader what readers accept, how files are split
 * @param limits when the job ends without a result
 * @param filters which documents are good enough
 * @param holdOut files of ids of documents to leave out
 * @param decontaminate benchmarks to keep out
 * @param consistency filter by a third model
 */
public record PairsConfig(
    @Setting(doc = "Raw corpora, as for etl.") List<InputSettings> inputs,
    @Setting(doc = "Folder to write: a file a data set in data/, manifest, report.") String output,
    @Setting(
            doc = "What pairs are made of the documents of a source; without a rule none are.",
            standard =
                "[{source: wudao, kinds: [title]},"
                    + " {source: wudao/百科, kinds: [title], name: wudao-encyclopedia},"
                    + " {source: wudao/医疗问答, kinds: [title], name: wudao-medical},"
                    + " {source: wudao/诗词, kinds: [title], name: wudao-poems},"
                    + " {source: wudao/法律, kinds: [article], name: wudao-law},"
                    + " {source: pile/Wikipedia (en), kinds: [section]},"
                    + " {source: pile/PubMed Central, kinds: [abstract, heading]},"
                    + " {source: pile/PubMed Abstracts, kinds: [first_line]},"
                    + " {source: pile/StackExchange, kinds: [question]},"
                    + " {source: pile/Github, kinds: [docstring]},"
                    + " {source: jsonl, kinds: [title]}, {source: parquet, kinds: [title]}]")
        List<PairRule> rules,
    @Setting(doc = "How long the two sides of a pair may be.") PairLengths lengths,
    @Setting(
            doc =
                "Most pairs of one query in a data set: a heading of every paper tells none from"
                    + " another. Which stay is chosen by a hash; 0 for any number.",
            standard = "100",
            min = 0)
        int maxPairsPerQuery,
    @Setting(
            doc =
                "A file with an error inside: strict refuses it and fails the job, salvage keeps"
                    + " the records before the error.",
            standard = "strict")
        EtlConfig.OnBadFile onBadFile,
    @Setting(doc = "Which files of the inputs are read.") FileSettings files,
    @Setting(doc = "What readers accept, and how files are split.") ReaderSettings reader,
    @Setting(doc = "When the job ends without a result.") LimitSettings limits,
    @Setting(doc = "Which documents are good enough, as for etl.") FilterSettings filters,
    @Setting(
            doc =
                "Files of document ids, one in each line: no pair is made of these documents; ids are"
                    + " those of etl with the same inputs in the same order.",
            standard = "[]")
        List<String> holdOut,
    @Setting(doc = "Benchmarks that no pair may be of.") KeepOut decontaminate,
    @Setting(doc = "Filter by a third model.") Consistency consistency) {}
