"""``motcua completion SHELL``: what makes a shell complete our commands."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from runner.cli.command import Command

SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command("completion", cls=Command, help="In tập lệnh để SHELL hoàn thành lệnh motcua.")
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    root = context.find_root()
    program = str(root.info_name)
    made = SHELLS[shell](root.command, {}, program, f"_{program.upper()}_COMPLETE")
    click.echo(made.source())
