# ruff: noqa: B018, F821
"""Names that vulture would call unused, and who uses them. A name that fits no heading here is to be removed, not added."""

# llama.cpp's parameters, set on its own objects (xllamacpp).
_.n_parallel, _.n_ctx, _.n_gpu_layers, _.n_threads, _.n_threads_http, _.lora_adapters, _.fit_params, _.cache_prompt
(
    _.cache_ram_mib,
    _.verbosity,
    _.offline,
    _.endpoint_metrics,
    _.endpoint_props,
    _.endpoint_slots,
    _.ui,
    _.api_keys,
    _.hostnames,
)
# What typer reads of a command whose options stand in groups.
_.__signature__, _.__annotations__
# Parameters of faiss, tokenizers, sentence_transformers, logging and tldextract, set on their own objects.
_.efConstruction, _.min_points_per_centroid, _.max_points_per_centroid, _.pre_tokenizer, _.max_seq_length, _.handlers
_.TLD_EXTRACTOR
# Textual reads these of its widgets and application; `as_host` is for the type checker alone.
_.disabled, _.virtual_size, _._clipboard, _._fatal_error, _._step, as_host
# llama_index, presidio, uvicorn and the context manager protocol call these by name.
(
    _._retrieve,
    _._aquery,
    _._get_prompt_modules,
    _.stream_chat,
    _.achat,
    _.astream_chat,
    _.class_name,
    _._aget_query_embedding,
)
_._aget_text_embedding, _.stream_complete, _.awrite_response_to_history_task, formatted, trace
_.handle_starttag, _.engine_name, _.is_loaded, _.process_text, _.is_stopword, _.enhance_using_context, _.capture_signals
# Fields of the interface under /v1, which clients send or read.
owned_by, prompt_tokens, completion_tokens, total_tokens, logprobs, finish_reason
response_format, tool_choice, best_of, echo, origin_known
# What sites build on: the LlamaIndex classes, the grammar of cited sentences, the augmentation of their training data.
GatedRetriever, GatedQueryEngine, GatedChatEngine, GatedEmbedding, GatedLLM, cited_sentences_grammar, augmented
# Fields of results that are written out as a whole (JSON), or that callers read.
erased_at, fingerprints, audit_head, span_score, source_sha256
cpu_ratio, ours_s, theirs_s, stored_per_s, vault_mb, add_one_s, p50_ms, p95_ms, p99_ms, peak_mb
# Where a quote stands on its page: for viewers of the source; the state of a limiter, which tests read.
quote_marks, _.peek
# The head that says whether a premise supports a sentence: trained and tested, not yet used by grounding.
_.entails
# What bench/reading.py and bench/encrypted_search.py set on objects of python-docx, openpyxl and TenSEAL, and the engine of Presidio.
_.global_scale, _.nlp, _.superscript, _.strike, _.number_format
# The tests trust the generated certificate by it; the fuzzer's target is called by atheris.
certificate, attempt
# Set on the writer of llama.cpp's gguf, and on transformers' attention layers, which count themselves; gates are read by name.
_.set_vocab, _.sub_type, _.layer_idx, _.is_quantized, _.is_gguf_available, _.tqdm, grounded
# Fields of typed dictionaries, read by string key, and parameters of protocols over other people's libraries.
cache_n, prompt_n, logprob, cpu_features, reading_threads, writing_threads, refused_attempts, hubs_off
# Textual's directory tree looks these up.
_.ICON_NODE, _.ICON_NODE_EXPANDED, _.ICON_FILE, _.filter_paths
batch_size, grayscale, max_depth, prefer_bgrx, rev_byteorder, _.__call__
