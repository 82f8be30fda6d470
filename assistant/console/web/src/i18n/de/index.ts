import common from "./common.json";
import editor from "./editor.json";
import prompts from "./prompts.json";
import provider from "./provider.json";
import session from "./session.json";
import settings from "./settings.json";
import usage from "./usage.json";

export const messages = { common, editor, prompts, provider, session, settings, usage };
