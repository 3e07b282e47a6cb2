"""`excerpt serve`: the HTTP endpoints."""

from functools import partial

from api.cli.options import IndexOption, JsonOption, ReaderOption
from api.cli.serve_options import (
    ConfigOption,
    HostOption,
    KeysOption,
    PortOption,
    WithoutKeysOption,
    WorkersOption,
)
from retrieval.reader.registry import DEFAULT_READER


def serve(
    host: HostOption = None,
    port: PortOption = None,
    workers: WorkersOption = None,
    keys: KeysOption = None,
    without_keys: WithoutKeysOption = None,
    config: ConfigOption = None,
    index: IndexOption = None,
    reader: ReaderOption = DEFAULT_READER,
    as_json: JsonOption = False,
) -> None:
    """Serve the HTTP endpoints until stopped.

    A setting is taken from its option, else from the environment (EXCERPT_HOST and so on), else
    from the file of settings; docs/http.md lists them. What happens to the index is picked up
    without a restart. With --json, one object with the server's URL is printed once it listens.
    """
    from api.cli.open_index import open_live_engine
    from api.http.server import run_server
    from api.http.settings import read_settings
    from retrieval.engine import EngineConfig

    settings = read_settings(
        config, host=host, port=port, workers=workers, keys=keys, without_keys=without_keys
    )
    bounds = EngineConfig(max_question=settings.max_question, max_k=settings.max_k)
    run_server(partial(open_live_engine, index, reader, bounds), settings, as_json)
