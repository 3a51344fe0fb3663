r"""Settings in turns of phrase of their own: `0.5 (dropout rate)`, `dropout with $p = 0.6$`, `a standard deviation of 0.02`.

Read in sentences that nobody tuned on: how papers of several fields state what no name with a value behind it says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from paperlab.extract.numbers import LARGE, VALUE, WORDS, sized
from paperlab.extract.settings_context import SUPPOSED, Found, is_theory
from paperlab.extract.settings_names import ANY, IN_WORDS, canonical

_WORD = "|".join(WORDS)
_SIZE = (
    rf"\$?(?P<value>(?>{VALUE}|{_WORD}|half(?= a)))\$?(?P<unit>\s?[kKMBT](?![A-Za-z])|\s+(?:{'|'.join(LARGE)})\b)?\$?"
)
_ONE = rf"\$?(?P<value>(?>{VALUE}))(?P<unit>\s?\\?%)?\$?(?!\.?\d|\s*(?:/|\\times|×))"
_OF = r"\s+(?:of|to|at|as|by|=)\s+"
_PART = r"(?:encoders?|decoders?|models?|networks?|generator|discriminator|policy|critic|actor|optimi[sz]ers?|backbone|teacher|student|heads?|layers?|agents?|classifier|embeddings?|transformers?|baselines?|experiments|runs)"
"""Parts of a method: `the temperature of the teacher is 2`, but that of a room is no setting."""
_RATE = r"\b(?:learning[\s-]rate|lr|step[\s-]?size)\b"
_TEXT = r"(?:[^.;]|\.(?=\d))"
_FALLS = r"(?:reduc|decreas|decay|drop|lower|divid|anneal|cut)\w*"
_STEPS = r"(?:\w+\s+)?(?:epochs|iterations|steps|updates|batches|episodes|frames)\b"
_PHRASES = (
    # A value, its name in brackets behind it.
    (rf"(?<![\w.^{{-]){_ONE}\s+\((?:the\s+|for\s+(?:the\s+)?)?(?P<name>{ANY.pattern})\)", "", "("),
    # Regularisation and initialisation, which name their parameter by a symbol or in words of their own.
    (rf"\bdrop-?out\b[^.;,\d$]{{0,30}}?(?:\b(?:with|at|of)\s+(?:an?\s+)?|\()(?:keep(?:ing)?\s+)?(?:rate|prob(?:ability)?|ratio)?\s*(?:of\s+|=\s*)?\$?\s*(?:[a-zA-Z_{{}}\\]{{1,12}}\s*=\s*)?{_ONE}", "dropout", "drop"),
    (rf"\b(?:\$?[Ll]_?\{{?2\}}?\$?|ridge|Tikhonov)[\s-]+(?:regulari[sz]ation|penalty|decay)\b[^.;,\d$]{{0,30}}?\b(?:with|of)\s+(?:an?\s+)?(?:weight|coefficient|strength|factor|rate)?\s*(?:of\s+)?\$?\s*(?:\\?[a-zA-Z]+(?:_\w)?\s*=\s*)?{_ONE}", "weight decay", "regulari|penalty|decay"),
    (rf"\bmomentum\s+of\s+\$?{VALUE}\$?\s+and\s+(?:an?\s+)?(?:\w+\s+)?decay\s+of\s+{_ONE}", "weight decay", "momentum"),
    (rf"\b(?:initiali[sz]\w+|drawn|sampled|weights)\b[^.;]{{0,90}}?\b(?:normal|gaussian)\b(?:[^.;\d]|\b0\b|\$0\$){{0,40}}?\b(?:with|of|and)\s+(?:an?\s+)?(?:standard\s+deviation|std\.?(?:\s+dev\.?)?|stddev)\s*(?:of|=|is)?\s*\$?(?:\\sigma\s*=\s*)?{_ONE}", "initialization standard deviation", "normal|gaussian"),
    (rf"\b(?:leak(?:y)?\b[^.;\d]{{0,40}}?\bslope\b|slope\b[^.;\d]{{0,25}}?\bleak\w*)[^.;\d$]{{0,25}}?(?:{_OF}|\s+is\s+){_ONE}", "leaky ReLU slope", "slope"),
    (rf"\b(?:exponential(?:ly)?\s+(?:weighted\s+)?moving\s+averag\w+|EMA)\b[^.;,\d$]{{0,50}}?\b(?:decay|rate|momentum|coefficient)(?:\s+(?:rate|factor|parameter))?(?:\s+(?:of|is|=)\s*|\s*=?\s*){_ONE}", "EMA decay", "ema|moving"),
    (rf"\bpoly(?:nomial)?\b[^.;,\d$]{{0,40}}?\b(?:power|exponent)\s+(?:of\s+|=\s*)?{_ONE}", "polynomial power", "poly"),
    (rf"\b(?:RoPE|[Rr]otary)\b[^.;,\d$]{{0,60}}?\b(?:base|theta)(?:\s+frequency)?\s+(?:of\s+|=\s*|is\s+)?{_SIZE}", "RoPE base", "rope|rotary"),
    (rf"\btime[- ]step(?:\s+size)?\s+(?:of\s+|is\s+|was\s+)(?:\$?\\(?:Delta|delta)\s*t\s*=\s*)?{_ONE}", "time step", "step"),
    (r"\bgrid\s+(?:has|of|with)\s+\$?(?P<value>\d+\$?(?:\s*(?:×|\\times|x)\s*\$?\d+){1,2})\$?(?P<unit>)(?=\s+(?:grid\s+)?(?:points|cells|nodes|elements)\b)", "grid size", "grid"),
    # How a schedule runs, and what is averaged.
    (rf"(?<![\w.]){_SIZE}[\s-](?P<name>epoch|step|iteration|update)s?\s+(?:of\s+)?(?:(?:linear|cosine|lr|learning[- ]rate)\s+)*warm-?up\b", "warmup {name}s", "warm"),
    (rf"\b(?:cosine|linear(?:ly)?|polynomial|exponential(?:ly)?|deeper)\s+(?:learning[- ]rate\s+)?(?:anneal|decay|decreas|schedul)\w*\s+(?:from\s+\$?{VALUE}\$?\s+)?(?:down\s+)?to\s+\$?(?P<value>(?>(?:\d(?:\.\d+)?(?:e-|\s*(?:\\times|\\cdot)\s*10\^\{{?-)\d+\}}?|10\^\{{?-\d+\}}?|0?\.0\d*)))(?P<unit>)", "minimum learning rate", "anneal|decay|decreas|schedul"),
    (r"\bEMA(?:\s+(?:decay|rate|momentum|of|with))*\s+(?:of\s+)?\$?(?:\\[a-z]+\s*=\s*)?(?P<value>(?>0?\.\d+)(?:/0?\.\d+)?)(?P<unit>)", "EMA decay", "ema"),
    (rf"\b(?P<name>(?!an?\b|the\b|our\b|total\b|this\b)[A-Za-z][\w-]*[\s-](?:loss|penalty|term|regulari[sz]er))(?:\s+term)?\s+(?:(?:is|was|are)\s+weighted\s+(?:at|by|with)|with\s+(?:an?\s+)?weight(?:ing)?(?:\s+factor)?|weight|\(weight)\s+(?:of\s+|=\s*|by\s+)?{_ONE}", "{name} weight", "weight"),
    (rf"(?<!up )\b(?:for|over|on|through)\s+(?:a\s+total\s+of\s+|approximately\s+|about\s+|the\s+first\s+|~\s?)?\$?(?P<value>(?>{VALUE}))(?P<unit>\s?[kKMGBT]i?(?![A-Za-z])|\s+(?:{'|'.join(LARGE)})\b)?\$?\s+(?:\w+\s+)?tokens\b", "training tokens", "token"),
    (r"\bseeds?\s*(?:\(|:|=|of|are)\s*\$?(?P<value>\d+(?:,\s*\d+)*,?\s*(?:and\s+|\\?&\s*)?\d+)(?P<unit>)(?=[\s.,;)$])", "random seed", "seed"),
    (r"\bnumber\s+of\s+(?P<name>[a-z-]+s)\s+\(\s*\$?(?P<value>\d+)(?P<unit>)\$?\s*\)", "number of {name}", "number"),
    # Chances, ranges and tuples.
    (rf"\b(?P<name>[A-Za-z-]+)[”’\"]*(?:,\s+each)?(?:\s+(?:is|are|was|were))?(?:\s+(?:randomly\s+)?[a-z]+ed)?\s+(?:with|at)\s+(?:an?\s+)?prob(?:ability|\.)?\s+(?:of\s+|=\s*|\$p\s*=\s*)?{_ONE}", "{name} probability", "prob"),
    (rf"\bwith\s+(?:an?\s+)?prob(?:ability|\.)?\s+(?:of\s+)?\$?(?:p\s*=\s*)?{_ONE}", "probability", "prob"),
    (rf"\bwith\s+(?:an?\s+)?(?:around\s+|about\s+)?\$?(?P<value>(?>{VALUE}))\$?(?P<unit>\s?\\?%)?\$?\s+probability\b", "probability", "prob"),
    (r"(?<![\w.])(?P<value>\d{1,2}(?:\s?[/:–]\s?\d{1,2}){1,2})(?P<unit>)(?:\s?\\?%)?\s+(?:(?:random|stratified|train\S*)\s+)*(?:split|partition)s?\b", "data split", "split|partition"),
    (r"\b(?:split|partition)\w*\b[^.;()\d]{0,40}?\(?\s*\$?(?P<value>\d{1,2}\s?(?:\\?%)?(?:\s?[/:]\s?\d{1,2}\s?(?:\\?%)?){1,2})(?P<unit>)(?=[\s$).,;])", "data split", "split|partition"),
    (rf"(?<![\w.,]){_SIZE}\s+(?:(?:NVIDIA\s+)?(?-i:[A-Z]\w*\d\w*)\s+)?(?P<name>(?-i:[GT]PU|CPU|core))[-\s](?:hours?|hrs?)\b", "{name} hours", "hour|hrs"),
    (rf"(?<![\w.,])\$?(?P<value>(?>{VALUE}))(?P<unit>\s?\\?%)\$?\s+(?:random\s+|group\s+)?(?P<name>hold-?out|subset|subsample|fraction)\b", "{name} share", "holdout|hold-out|subset|subsample|fraction"),
    (rf"\b(?:sampled|recorded|measured|logged|observed|computed|extracted)\s+(?:for\s+)?every\s+\$?(?P<value>(?>{VALUE}))\$?\s*(?P<unit>seconds?|minutes?|hours?|days?|ms|s\b|min\b|h\b)", "sampling interval", "every"),
    (rf"\b(?:at\s+most|up\s+to|(?:maximum|limit)\s+of)\s+{_SIZE}\s+(?:time[- ]?)?steps\s+per\s+episode\b", "episode length", "episode"),
    (rf"\b(?:with|of|yields|about|around|approximately|roughly|totall?ing|~)\s*\$?(?P<value>(?>{VALUE}))(?P<unit>\s?[MB]|\s+(?:million|billion))\$?\s+(?:trainable\s+|learnable\s+|total\s+)?parameters\b", "parameters", "parameters"),
    (rf"\bwarm-?up\s+(?:phase\s+)?(?:starting\s+)?from\s+{_ONE}", "warmup learning rate", "warm"),
    (rf"\b(?P<name>(?:(?!an?\b|the\b|of\b|with\b|and\b|our\b)[a-z-]+\s+)(?:sizes?|rates?)|(?:(?!an?\b|the\b|of\b|with\b|and\b|our\b)[a-z-]+\s+)?(?:thresholds|weights|coefficients|scales|ratios|widths|dimensions|strides|factors?|deviation|angles?|crops?|multipliers?|levels|kernels?|probability|probabilities|temperatures?))\s+(?:(?:randomly\s+|uniformly\s+)?(?:sampled|drawn|chosen|set)\s+)?(?:(?:of|to|as|from|between|in|within|are|is|=)\s+)?(?:the\s+)?(?:range\s+|interval\s+)?\$?(?P<value>(?:\\?\{{|[(\[])\s*{VALUE}(?:\s*,(?:\s|\\,)*{VALUE})+\s*(?:\\?\}}|[)\]]))(?P<unit>)", "{name}", "(|[|{"),
    # A name, what it belongs to, and the value.
    (rf"(?<![A-Za-z-])(?=[A-Za-z]+[ -])(?P<name>{ANY.pattern})\s+(?:of|for)\s+(?:the|our|all|both)\s+(?:[a-z-]+\s+){{0,2}}?{_PART}\s+(?:is|was|are|were)\s+(?:(?:set|fixed|kept)\s+)?(?:to\s+|at\s+)?{_ONE}(?!\s*(?:and|,)\s*\$?\d)", "", " the | our | all | both "),
    (rf"\b(?:draw|drew|run|ran|sampled?|used?|with)\s+{_SIZE}\s+(?:\w+\s+)?chains\s+(?:of|with|for)\s+\$?\d", "chains", "chain"),
    (rf"(?:\d|\b(?:{_WORD}|Markov|MCMC|parallel|independent))\s+chains\s+(?:of|with|for)\s+(?:length\s+)?{_SIZE}\s+(?:\w+\s+)?(?:iterations|samples|draws)\b", "iterations", "chain"),
    # Gradients.
    (rf"\bclip(?:s|ped|ping)?\s+(?:the\s+)?(?:(?:\$[^$]{{1,12}}\$|\w+)[\s-]+){{0,3}}?(?:gradients?|norms?)\b[^.;,\d$]{{0,45}}?{_OF}(?:an?\s+)?(?:(?:max(?:imum|imal)?|global|total|norm|value|threshold|of)\s+)*{_ONE}", "gradient clipping", "clip"),
    (rf"\b(?:gradients?|norms?)\b[^.;,\d$]{{0,30}}?\b(?:is|are|was|were)\s+clipped\s+(?:to|at|by|with)\s+(?:an?\s+)?(?:(?:max(?:imum|imal)?|global|total|norm|value|threshold|of)\s+)*{_ONE}", "gradient clipping", "clip"),
    # Schedules.
    (rf"\b(?:learning[\s-]rate|lr|decay\w*|anneal\w*|schedule)\b[^.;\d$]{{0,60}}?\b(?:down\s+)?to\s+(?:a\s+)?{_ONE}(?=\s+of\s+(?:its|the)\s+(?:\w+\s+){{0,2}}?(?:value|learning|rate|lr|peak|maximum|initial))", "minimum learning rate", " its | the "),
    (rf"\bwarm\w*[\s-]*up\b[^.;\d$]{{0,40}}?{_SIZE}\s+(?:training\s+)?tokens\b", "warmup tokens", "warm"),
    (rf"\bwarm\w*[\s-]*up\b[^.;\d$]{{0,40}}?\b(?:first|over|for)\s+{_SIZE}\s+(?:(?:gradient|parameter|optimi[sz]er)\s+)?updates\b", "warmup steps", "warm"),
    # How long and on what.
    (rf"\b(?:pre-?)?train(?:ed|ing|s)?\b(?:[^.;$]|\.\d){{0,80}}?\b(?:on|for|over)\s+(?:a\s+total\s+of\s+|about\s+|around\s+|approximately\s+|up\s+to\s+|roughly\s+)?{_SIZE}\s+tokens\b", "training tokens", "token"),
    (rf"\b(?:for|of|to|budget of)\s+(?:a\s+total\s+of\s+|about\s+|up\s+to\s+)?{_SIZE}\s+(?:(?:gradient|parameter|optimi[sz]er|weight|policy|training)\s+)?updates\b", "iterations", "update"),
    (rf"\bfor\s+(?:the\s+(?:first|next|last)\s+|another\s+|a\s+total\s+of\s+)?{_SIZE}\s+mini-?batches\b", "iterations", "batch"),
    (rf"\b(?:for|of|over)\s+(?:a\s+total\s+of\s+|up\s+to\s+|about\s+)?{_SIZE}\s+(?:environment(?:al)?\s+|interaction\s+)?(?:time[\s-]?steps|env(?:ironment)?\s+interactions)\b", "timesteps", "step|interaction"),
    (rf"\b(?:replay\s+)?(?:buffer|memory)\s+(?:that\s+\w+\s+|with\s+|of\s+|holds\s+|containing\s+)(?:(?:an?|the|size|capacity|last|most|recent)\s+(?:of\s+)?)*{_SIZE}\s+(?:(?:most\s+)?recent\s+)?(?:frames|transitions|experiences|tuples|episodes)\b", "replay buffer size", "buffer|memory"),
    (rf"\b(?:training|it|this|run|model|which)\b[^.;]{{0,60}}?\b(?:takes?|took|lasts?|lasted|requires?|required|completes?\s+in)\s+(?:(?:about|around|approximately|roughly|only|less\s+than|under|up\s+to)\s+)*(?:\$?\\?(?:sim|approx|~|∼)\$?\s*)?\$?(?P<value>(?>{VALUE}|{_WORD}))\$?(?P<unit>\s+(?:hours?|hrs?|days?|weeks?|minutes?))\b(?=[^.;]{{0,60}}?(?:train|GPU|TPU|V100|A100|H100|card|converge|on\s+an?\b|[.;]|$))", "training time", "hour|hrs|day|week|minute"),
    (rf"\b(?:pre-?)?train(?:ed|ing|s)?\b[^.;]{{0,140}}?\bfor\s+(?:(?:about|around|approximately|roughly|up\s+to)\s+)*\$?(?P<value>(?>{VALUE}|{_WORD}))\$?(?P<unit>\s+(?:hours?|days?|weeks?))\b", "training time", "hour|day|week"),
    (rf"(?<![\w.]){_SIZE}\s+(?:Cloud\s+|Google\s+)?TPU(?:\s?v\d\w*)?[\s-]+(?:cores|chips|devices|nodes)\b", "TPU cores", "tpu"),
    (rf"\bgradient\s+accumulation\s+(?:steps\s+)?(?:of\s+|over\s+|=\s*)?{_SIZE}(?:\s+steps)?", "gradient accumulation steps", "accumul"),
    (rf"\b(?:generate|decode|sample|produce)[sd]?\s+(?:at\s+most|up\s+to)\s+{_SIZE}\s+(?:new\s+)?tokens\b", "maximum new tokens", "token"),
    (rf"\$\\(?:Delta|delta)\s*t\s*=\s*(?P<value>(?>{VALUE}))(?P<unit>)\s*\$", "time step", "delta"),
    (rf"\b(?:anneal|decay)(?:ing|ed)?\s+(?:factor\s+|rate\s+)?of\s+{_ONE}\s+(?:on|for|of)\s+the\s+(?:learning[\s-]rate|step[\s-]?size)", "learning rate decay", "anneal|decay"),
    # Sizes.
    (rf"\b(?P<name>(?:linear|output|input|dense|final|embedding|projection|bottleneck|convolution(?:al)?)\s+layers?)\s+(?:with|of)\s+(?:an?\s+)?(?:\w+\s+)?dimension(?:ality)?\s+(?:of\s+|equal\s+to\s+)?{_SIZE}", "{name} dimension", "layer"),
    (r"\b(?:re-?size|re-?scale|resizing|rescaling|resample|downsample|normali[sz]e|cropped|crop|padded|pad|convert)(?:d|s|ed)?\s+(?:(?:all|the|each|our|both|input|training)\s+){0,3}(?:(?:images?|inputs?|frames?|crops?|videos?|them)\s+)?(?:(?:in)?to|as)\s+(?:a\s+(?:size|resolution)\s+of\s+)?\$?(?P<value>\d+\$?\s*(?:×|\\times|x|by)\s*\$?\d+)(?P<unit>)", "image size", "size|sizing|scal|crop|sampl|pad|convert|normali"),
    (r"(?<![\w.×,-])\$?(?P<value>\d+\$?\s*(?:×|\\times|x)\s*\$?\d+)(?P<unit>)\$?\s+(?P<name>window|kernel|patch|grid|crop|input|image|filter)\s+sizes?\b", "{name} size", "size"),
    (r"(?<![\w.×,-])\$?(?P<value>\d+\$?\s*(?:×|\\times|x)\s*\$?\d+)(?P<unit>)\$?\s+(?:[a-z-]+\s+)?(?P<name>mesh|grid|matrix|lattice)\b", "{name} size", "mesh|grid|matrix|lattice"),
    (r"\bat\s+(?:a\s+resolution\s+of\s+)?(?P<value>\d{3,4}p)(?P<unit>)\b", "resolution", "0p"),
    (rf"(?<![\w.]){_SIZE}\s+(?:examples|samples|images|sentences|sequences|instances|data\s?points|points|graphs|trajectories|transitions)\s+(?:per|in\s+(?:each|every|a))\s+(?:mini-?)?batch\b", "batch size", "batch"),
    (rf"\b(?:mini-?)?batch(?:es)?\s+(?:of|with|contain(?:s|ing)?|hold(?:s|ing)?)\s+{_SIZE}\s+(?:random\s+|training\s+)?(?:examples|samples|images|sentences|sequences|instances|data\s?points|graphs|trajectories|transitions|queries|pairs|clips|utterances|videos|documents)\b", "batch size", "batch"),
    (rf"\bsize\s+{_SIZE}\s+mini-?batch(?:es)?\b", "batch size", "batch"),
    (rf"(?<![\w.]){_SIZE}\s+dimensions\s+per\s+head\b", "head dimension", "head"),
    (rf"\bdimension(?:s|ality)?\s+of\s+(?:the\s+|our\s+)?(?P<name>(?:(?!of\b|and\b)[a-z-]+\s+){{1,2}}?)(?:and\s+(?:[a-z-]+\s+){{1,2}}?)?(?:(?:is|are|was|were)\s+)?(?:set\s+|fixed\s+)?(?:as|to|is|are|at|was|were)\s+{_SIZE}", "{name} dimension", "dimension"),
    (rf"\b(?:reduc|increas|chang|lower|rais|cut)\w*\s+the\s+(?P<name>(?:number\s+of\s+)?(?:{ANY.pattern}))\s+from\s+\$?{VALUE}\$?\s+to\s+{_SIZE}", "", "from"),
    (rf"(?<![\w.,]){_SIZE}\s+(?:images|examples|samples|sentences|videos|documents)\s+(?:used\s+)?as\s+(?:the\s+|a\s+|our\s+)?(?:official\s+|held-out\s+)?test(?:ing)?\s+(?:set|data|split)\b", "test examples", "test"),
    (rf"(?<![\w.,]){_SIZE}\s+(?:images|examples|samples|sentences|videos|documents)\s+(?:used\s+)?as\s+(?:the\s+|a\s+|our\s+)?(?:official\s+)?(?:validation|development)\s+(?:set|data|split)\b", "validation examples", "validation|development"),
    (rf"\blayers?\b[^.;,\d$]{{0,12}}?\b(?:of|with)\s+{_SIZE}\s+(?:(?:hidden|output|feature)\s+)?(?:activations|features|dimensions)(?:\s+(?:each|per\s+layer))?\b", "hidden size", "layer"),
    (rf"(?<![\w.]){_SIZE}\s+features\s+per\s+(?:hidden\s+)?layer\b", "hidden size", "layer"),
    (rf"\b(?:had|have|has|with|using|uses?|used|and)\s+{_SIZE}\s+hidden\s+(?:units|nodes|neurons)\b", "hidden units", "hidden"),
    (rf"(?:,|\band|\bwith|\bof)\s+(?:an?\s+)?(?:model\s+|network\s+|hidden\s+|layer\s+)?width\s+(?:of\s+)?{_SIZE}(?!\s*(?:pixels|px|cm|mm|m\b|\$?\\?times|×|x\s?\d))", "hidden size", "width"),
    (rf"(?:,|\band|\bwith|\bof)\s+(?:an?\s+)?(?:model\s+|network\s+)?depth\s+(?:of\s+)?{_SIZE}(?!\s*(?:pixels|cm|mm|m\b))", "layers", "depth"),
    (r"\b(?:at|of|to)\s+(?:a\s+|an\s+)?(?:\w+\s+)?resolution\s+(?:of\s+)?\$?(?P<value>\d{2,4})\$?(?P<unit>(?=[\s.,;)]|$))(?!\s*(?:\$|\\times|×|x\s?\d|cm|mm|m\b|nm|dpi))", "resolution", "resolution"),
    (rf"\bno[\s-]repeat[\s-]n-?gram\s+size\s+(?:of\s+|=\s+)?{_SIZE}", "no-repeat n-gram size", "repeat"),
    (rf"\b(?:top|nucleus)[\s-]*(?:\$?p\$?|sampling)(?:[^.;\d]|\d?\.\d+){{0,40}}?\$?\s*p\s*(?:=|of)\s*{_ONE}", "top-p", "top|nucleus"),
    (r"\btop[\s-]*\$?k\$?[^.;\d]{0,40}?(?:\bk\s*)?(?:=|of)\s*\$?(?P<value>\d+)(?P<unit>)", "top-k", "top"),
    # How often.
    (rf"\btarget\s+(?:\w+\s+)?(?:network|net|parameters?|weights?)s?\b[^.;\d$]{{0,40}}?\b(?:updated?|sync\w*|copied)\b[^.;\d$]{{0,25}}?\bevery\s+{_SIZE}", "target update frequency", "target"),
    (rf"\bupdat\w+\s+(?:of\s+)?(?:the\s+)?target\s+(?:[a-z-]+\s+){{0,3}}?every\s+{_SIZE}", "target update frequency", "target"),
    (rf"\bstarts?\s+(?:learning|training)\s+after\s+{_SIZE}", "learning starts", "after"),
    (rf"\b(?:random\s+)?(?P<name>(?:(?:horizontal|vertical)\s+)?(?:flip|crop|mutation|crossover|masking|replacement|erasing|rotation)(?:s|ping|ping)?)\s+(?:is\s+applied\s+)?(?:with|at)\s+(?:an?\s+)?probability\s+(?:of\s+)?{_ONE}", "{name} probability", "prob"),
    (rf"\b(?:learning[\s-]rate|step[\s-]?size|lr)\b(?:[^.;]|\.(?=\d)){{0,60}}?\bevery\s+{_SIZE}\s+(?:(?:\w+\s+)?(?:epochs|iterations|steps|updates))\b", "learning rate decay interval", "every"),
    (r"\b(?:learning[\s-]rate|step[\s-]?size|lr)\b(?:[^.;]|\.(?=\d)){0,60}?\b(?:at|after)\s+(?:the\s+)?epochs?\s+\$?(?P<value>\d+(?:(?:,|\s+and|,\s+and)\s+\d+)*)(?P<unit>)", "learning rate milestones", "epoch"),
    # Thresholds, told with what they are for.
    (rf"\b(?P<name>(?:IoU|confidence|score|similarity|probability|distance|edge|detection|NMS|decision)\s+threshold)\s+(?:(?:for|of|in|during)\s+(?:the\s+)?[\w-]+\s+)?(?:(?:is|was)\s+(?:set\s+|fixed\s+)?)?(?:of|to|at|as|is|=)\s+{_ONE}", "", "threshold"),
    # How the learning rate moves, and how long that takes.
    (rf"{_RATE}(?:[^.;\d$]|\$?0\$?(?=\s)){{0,50}}?\b(?:warm|ramp|increas|rais|ris)\w*\s+(?:up\s+)?(?:linearly\s+)?(?:from\s+\$?{VALUE}\$?\s+)?to\s+(?:an?\s+\w+\s+(?:value\s+)?of\s+)?{_ONE}", "learning rate", "warm|ramp|increas|rais|ris"),
    (rf"{_RATE}{_TEXT}{{0,160}}?\b(?:then|and|before)\s+(?:\w+ly\s+)?{_FALLS}\s+(?:\w+ly\s+)?(?:down\s+|back\s+)?to\s+{_ONE}", "minimum learning rate", "decay|anneal|decreas|reduc|drop"),
    (rf"\b(?:warm\w*|{_RATE}{_TEXT}{{0,60}}?\b(?:increas|ramp|ris|rais)\w*)\b{_TEXT}{{0,60}}?\bthe\s+first\s+{_SIZE}\s+(?:warm-?up\s+|training\s+)?(?P<name>epoch|step|iteration|update)s\b", "warmup {name}s", "first"),
    (rf"{_RATE}{_TEXT}{{0,60}}?\b{_FALLS}\b(?:(?!stop|train|end){_TEXT}){{0,40}}?\b(?:after|at)\s+(?:the\s+first\s+)?{_SIZE}\s+(?P<name>epochs|iterations|steps|updates)\b", "learning rate decay {name}", "after|at "),
    (rf"(?:{_RATE}{_TEXT}{{0,60}}?\b{_FALLS}|\b{_FALLS}\s+(?:the\s+)?{_RATE})\s+(?:by|in)\s+(?:a\s+)?(?P<value>half)(?P<unit>)\b", "learning rate decay", "half"),
    (rf"\b(?:through|until|up\s+to)\s+epoch\s+{_SIZE}", "epochs", "epoch"),
    (rf"\band\s+epoch\s+{_SIZE}(?=\s+for\b)", "epochs", "epoch"),
    (rf"\b(?:epsilon|ε|exploration)\b[^.;]{{0,120}}?\b(?:fixed|kept|held|constant)\s+at\s+{_ONE}", "exploration rate", "epsilon|ε|exploration"),
    (rf"\bsync\w*\b[^.;\d$]{{0,60}}?\bevery\s+{_SIZE}\s+{_STEPS}", "synchronization interval", "every"),
    (rf"\bupdat(?:e|es|ed|ing)\b[^.;\d$]{{0,40}}?\bevery\s+{_SIZE}\s+{_STEPS}", "update interval", "every"),
    (rf"\b(?:logg?(?:ed|ing|s)?|saved?|saving)\b(?:(?!checkpoint)[^.;\d$]){{0,40}}?\bevery\s+{_SIZE}\s+{_STEPS}", "logging interval", "every"),
    (rf"\b(?:game|episode|simulation|rollout|trial|match)(?:e?s)?\s+(?:ends?|terminates?|stops?|(?:is|are)\s+(?:terminated|stopped|truncated))\s+after\s+{_SIZE}\s+(?:time[\s-]?)?(?:steps|moves|frames|actions)\b", "episode length", "after"),
    (rf"\bepisodes?\s+(?:lasts?|lasted|takes?|runs?)\s+(?:for\s+)?(?:a\s+maximum\s+of\s+|up\s+to\s+|at\s+most\s+)?\$?(?P<value>(?>{VALUE}))(?P<unit>\s?(?:s|seconds?|minutes?))\b", "episode length", "episode"),
    (rf"\((?:(?:about|around|approximately|roughly|~)\s*)?\$?(?P<value>(?>{VALUE}|{_WORD}))\$?(?P<unit>\s+(?:hours?|days?|weeks?))\s+on\s+(?:an?\b|\d|{_WORD})", "training time", "hour|day|week"),
    # Shares, sizes and shapes.
    (rf"\b(?:using|with|on|use[ds]?)\s+(?:only\s+|just\s+)?(?P<value>(?:\$?{VALUE}\s?\\?%\$?,?\s+(?:and\s+|or\s+)?)*\$?{VALUE}\s?\\?%)(?P<unit>)\$?\s+of\s+(?:the\s+)?(?:(?:labell?ed|training|train|available|full)\s+)+(?:data|set|examples|samples|labels|images)\b", "training data share", "%"),
    (rf"\b(?:has|have|had|with|of)\s+(?:an?\s+)?dimension(?:ality)?\s+(?:of\s+|equal\s+to\s+)?\$?(?:[A-Za-ce-z]\s*=\s*)?{_SIZE}(?!\s*\$?(?:×|\\times|x))", "dimension", "dimension"),
    (r"(?<![\w.])(?P<value>\d{2,4})(?P<unit>)-pixel\s+(?:models?|images?|inputs?|crops?|resolution|networks?|variants?)\b", "resolution", "-pixel"),
    (r"\bat\s+(?:a\s+)?(?:resolution\s+(?:of\s+)?)?\$?(?P<value>\d\d+\$?\s*(?:×|\\times|x)\s*\$?\d\d+)(?P<unit>)\$?(?=\s*(?:[.,;)]|$|(?:resolution|pixels?|px|from|for|with|and|as)\b))", "image size", "at "),
    (r"\b(?P<name>(?:each\s+)?(?:samples?|inputs?|outputs?|images?|states?|latents?))\b[^.;\d$()]{0,25}?\b(?:is|are|has|have)\s+(?:an?\s+)?\$?(?P<value>\(\s*\d+(?:,\s*\d+)+\s*\)|\d+(?:\$?\s*(?:×|\\times)\s*\$?\d+){1,3})(?P<unit>)\$?\s+(?:tensor|matrix|array)s?\b", "{name} shape", "tensor|matrix|array"),
    (r"(?:\b(?:with|has|have|having|and|of)\s+|\()\$?(?P<value>\d+)\$?\s?(?P<unit>[GT]i?B)\s+(?:of\s+)?(?:(?:GPU|system|main|video|device|HBM\w*)\s+)*(?:memory|v-?RAM)\b", "memory", "memory|vram|v-ram"),
    (rf"\bparameter\s+counts?\b[^.;\d]{{0,60}}?\b(?:is|was|of)\s+(?:about\s+|around\s+)?(?P<value>(?>{VALUE}))(?P<unit>\s?[MB]|\s+(?:million|billion))\b", "parameters", "parameter count"),
    (rf"\b(?P<name>train(?:ing)?|test|validation)\s+(?:set\s+)?size\s+(?:is|was|of|=)\s+{_SIZE}", "{name} examples", " size"),
    (rf"(?<![\w.,]){_SIZE}\s+(?P<name>(?:samples|completions|responses|generations|rollouts|candidates|images|annotators|crops|views|demonstrations|negatives|queries|prompts|trajectories)\s+(?:per|for\s+each)\s+(?!(?:GPU|TPU|device|batch|mini|second|minute|hour|step)\w*)[a-z]+)\b", "{name}", " per | each "),
    (rf"\b(?:cap|set|fix|keep)\w*\s+the\s+(?:maximum\s+|total\s+)?number\s+of\s+(?P<name>[a-z-]+(?:\s+[a-z-]+){{0,3}}?)(?:\s+per\s+[a-z]+)?\s+at\s+{_SIZE}", "number of {name}", "number of"),
    (rf"\b(?P<name>[a-z-]+(?:\s+(?:system|policy|controller|camera|sensor|loop))?)\s+(?:runs|running|operat(?:es|ing)|record(?:s|ing|ed)|captur(?:es|ing|ed))\s+at\s+\$?(?P<value>(?>{VALUE}))\$?(?P<unit>\s?[kMG]?Hz)\b", "{name} frequency", "hz"),
    (rf"\bat\s+(?:an?\s+)?(?:intersection[- ]over[- ]union\s+\(|an\s+)?IoU\)?\s+(?:threshold\s+)?(?:of|=)\s+{_ONE}", "iou threshold", "iou"),
    (r"\bsize\s+of\s+(?:each|the|every)\s+(?P<name>[a-z]+)(?:\s+of\s+the\s+[a-z]+)?\s+(?:is|was)\s+(?:(?:set|fixed)\s+)?(?:to\s+)?(?:be\s+)?\$?(?P<value>\d+\$?\s*(?:×|\\times|x)\s*\$?\d+)(?P<unit>)", "{name} size", "size of"),
    (r"(?<![\w.,])(?P<value>\d[\d,]*(?:/\d[\d,]*){1,2})(?P<unit>)\s+\(train(?:ing)?/", "data split", "(train"),
    (r"\blayers?\s+(?:are\s+)?(?:of|with)\s+(?:sizes?|widths?)\s+\$?(?P<value>\d+\$?(?:,\s+\$?\d+\$?)+,?\s+and\s+\$?\d+)(?P<unit>)", "layer sizes", "layer"),
    (rf"\b(?:begins?|starts?|starting|beginning|enabled)\s+(?:at|from|after|in)\s+epoch\s+{_SIZE}", "start epoch", "epoch"),
    (rf"^Every\s+{_SIZE}\s+{_STEPS}", "interval", "every"),
    (rf"\b(?:record|sampl|captur|film|extract|downsampl)\w*\b[^.;$]{{0,60}}?\b(?:at|to)\s+{_SIZE}\s+(?:FPS\b|frames?\s+per\s+second\b)", "frame rate", "fps|per second"),
    (r"\bseed\s+(?P<value>\d{1,6})(?P<unit>)(?![\w.]*\d)", "random seed", "seed"),
    (r"\bbootstrap\w*\s+(?P<value>\d\d(?:\.\d)?)(?P<unit>\s?\\?%)\s+intervals", "confidence level", "bootstrap"),
    (r"(?<![\w.,])(?P<value>\d+(?:\.\d+)?)-(?P<unit>second|minute|hour|day)s?\s+(?:[a-z]+\s+)?(?P<name>(?:sub-)?(?:window|clip|segment|video|episode|recording|chunk|utterance|excerpt|sequence|horizon|slice|audio))s?\b", "{name} duration", "-second|-minute|-hour|-day"),
    (r"(?<![\w.,/])(?P<value>\d[\d,]*(?:/\d[\d,]*){1,2})(?P<unit>)\s+train(?:ing)?/(?:[a-z]+/)?test(?:ing)?\b", "train/test split", "train"),
    (rf"(?<![\w.]){_SIZE}[\s-]+steps?\s+(?:of\s+)?gradient\s+accumulation\b", "gradient accumulation steps", "accumul"),
    (rf"\b(?P<name>(?:[a-z-]+\s+)?thresholds)\s+(?:of\s+)?\$?(?P<value>{VALUE}\$?(?:,\s+\$?{VALUE}\$?)*,?\s+and\s+\$?{VALUE})(?P<unit>)", "thresholds", "thresholds"),
    # Sound.
    (rf"(?<![\w.]){_SIZE}\s+sampl(?:e|ing)\s+rate\b", "sampling rate", "rate"),
    (rf"\bsampl(?:ed|(?:e|ing)\s+(?:rate|frequency))\s+(?:(?:of|at|is|to)\s+)+{_SIZE}(?=\s*k?Hz)", "sampling rate", "hz"),
    (rf"\b(?P<name>window|frame|hop)\s+(?:(?:length|size|shift|width)\s+)?of\s+{_SIZE}(?=\s*(?:ms|milliseconds)\b)", "{name} length", "window|frame|hop"),
    (rf"(?<![\w.]){_SIZE}(?:\s*|-)(?:ms|milliseconds?)\s+(?P<name>window|frame|hop|frame\s+shift|hop\s+size)s?\b", "{name} length", "window|frame|hop"),
    (r"(?<![\w.])(?P<value>\d+)(?P<unit>)[\s-](?:dimensional|channel|bin|band|d)\s+(?P<name>(?:log[\s-])?(?:mel|Mel|MEL)[\w-]*(?:\s+(?:filter-?banks?|spectrograms?|features|coefficients))*|MFCCs?)", "mel features", "mel|mfcc"),
)  # fmt: skip
"""How a sentence says it, the name that it gets, and words of which the sentence has one: looked for first, since that is quick."""
_PHRASE = tuple((re.compile(pattern, re.IGNORECASE), name, needs.split("|")) for pattern, name, needs in _PHRASES)
_CHOSEN = re.compile(
    rf"(?<![A-Za-z-])(?P<name>{ANY.pattern})(?:\s+(?:parameters?|values?))?\s+(?:is|are|was|were)\s+(?:chosen|selected|tuned|picked|searched|swept|sampled|varied|set)\s+(?:from|among|over|in|within|between|out\s+of)\s+(?:the\s+(?:set|values|grid)\s+)?\$?(?P<value>(?:\\left)?(?:\\?\{{|\[)[^$={{}}\[\]]{{3,80}}(?:\\right)?(?:\\?\}}|\]))",
    re.IGNORECASE,
)
"""What was searched: `stepsizes were chosen from {0.01, 0.1}`."""
_EPSILON = re.compile(
    rf"\$\\?(?P<name>var)?epsilon\$\s+(?:is\s+|was\s+|being\s+)?(?:linearly\s+)?(?:anneal|decay|decreas|reduc)\w*\s+(?:linearly\s+)?from\s+\$?(?P<first>(?>{VALUE}))\$?\s+to\s+\$?(?P<second>(?>{VALUE}))",
    re.IGNORECASE,
)
"""How much of acting at random falls over time."""
_TOO = re.compile(r"\s+(?:to be\s+|was\s+|is\s+)?too (?:high|low|large|small|big)\b")


def usual(text: str, _: Mapping[str, str]) -> Found:
    """Read what papers say in turns of phrase of their own."""
    if (is_theory(text) and not _SETS.search(text)) or SUPPOSED.search(text):
        return
    begun: set[int] = set()
    low = text.lower()
    for pattern, called, needs in _PHRASE:
        for found in pattern.finditer(text) if any(word in low for word in needs) else ():
            name = _name(called, found)
            told = (
                name and name not in IN_WORDS and found.start("value") not in begun and _is_whole(name, found["value"])
            )
            if name and told and not _TOO.match(text, found.end()):
                begun.add(found.start("value"))
                yield found.start("value"), found.end("value"), name, _value(found)
    for found in _CHOSEN.finditer(text) if "{" in text or "[" in text else ():
        if name := canonical(found["name"]):
            yield found.start(), found.end(), name, found["value"]
    for found in _EPSILON.finditer(text):
        yield found.start("first"), found.end("first"), "exploration rate", found["first"]
        yield found.start("second"), found.end("second"), "exploration rate", found["second"]


_SETS = re.compile(
    r"\b(?:train(?:ed)?|use[ds]?|using|set|fix(?:ed)?|clip\w*|initiali[sz]\w*|appl(?:y|ied)|resized|cropped)\b",
    re.IGNORECASE,
)


def _name(called: str, found: re.Match[str]) -> str | None:
    told = (found.groupdict().get("name") or "").lower()
    return (
        canonical(told) or (told if "threshold" in told else None) if not called else called.format(name=told.strip())
    )


def _is_whole(name: str, value: str) -> bool:
    """Tell the parts of a whole, `70/20/10`, from a few of many, `3/25`; other values are whole."""
    parts = [int(part.replace(",", "")) for part in re.findall(r"\d[\d,]*", value)]
    return name != "data split" or "/" not in value or sum(parts) in (10, 100) or min(parts) > 100


def _value(found: re.Match[str]) -> str:
    unit = (found["unit"] or "").strip()
    value = _TIMES.sub("×", _AND.sub(", ", found["value"]))
    return f"{sized(value, None)} {unit}" if _TIME.fullmatch(unit) else sized(value, unit)


_TIMES = re.compile(r"\$?\s*(?:\\times|×|(?<![a-z])x|\bby\b)\s*\$?")
_AND = re.compile(r",?\s+and\s+")
_TIME = re.compile(r"(?:second|minute|hour|hr|day|week)s?|ms|s|min|h")
