"""The database's past and present, one string for each version; only ever added to."""

MIGRATIONS = (
    """
CREATE TABLE dictations (
  id TEXT PRIMARY KEY NOT NULL,
  session_id TEXT NOT NULL,
  mode TEXT NOT NULL,
  started_at TEXT NOT NULL,
  audio_s REAL,
  start_gap_ms REAL,
  stt_engine TEXT,
  stt_model TEXT,
  stt_device TEXT,
  stt_compute_type TEXT,
  stt_load_ms REAL,
  stt_busy_ms REAL,
  stt_tail_ms REAL,
  llm_provider TEXT,
  llm_model TEXT,
  llm_connect_ms REAL,
  llm_wall_ms REAL,
  llm_total_ms REAL,
  llm_load_ms REAL,
  llm_prompt_eval_ms REAL,
  llm_eval_ms REAL,
  llm_queue_ms REAL,
  llm_gap_ms REAL,
  llm_tokens INTEGER,
  llm_tokens_per_sec REAL,
  llm_tail_ms REAL,
  llm_fallback TEXT,
  insert_method TEXT,
  insert_app TEXT,
  insert_took_ms REAL,
  insert_confirmed INTEGER,
  grace_ms REAL,
  capture_ms REAL,
  after_release_ms REAL,
  error_kind TEXT,
  error_what TEXT,
  error_fix TEXT,
  raw TEXT,
  text TEXT,
  sound TEXT,
  delivered INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX dictations_by_time ON dictations (started_at, id);
CREATE INDEX dictations_by_sound ON dictations (sound) WHERE sound IS NOT NULL
""",
)
"""`MIGRATIONS[n]` leads from version n to n+1. Statements are split at every semicolon."""
