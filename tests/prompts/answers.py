"""Answers to the tests of the shipped prompts: what an agent would send, and what must not pass."""

GOOD = {
    "reply_friendly": [
        ["One moment please, I'm just checking your order 48213."],
        ["That's not quite the right form. Could you use https://example.com/returns/form?id=7 instead?"],
        ["<p>Your plan ends on <strong>3 May 2027</strong>. Please renew it so that you don't lose access.</p>"],
    ],
    "reply_professional": [
        ["Hello, unfortunately we can\u2019t offer refunds after 30 days."],
        ["Please log in at https://example.com/login and click the large blue button."],
        ["I will check with our billing team regarding invoice INV-2291. Best regards, Dana"],
    ],
    "reply_concise": [
        ["We've shipped your replacement router; it should arrive within 3 working days."],
        ["To reset your password, open https://example.com/reset, enter your email address, then click the link."],
        ["Your refund of 12.50 EUR was sent today.", "We refunded 12.50 EUR today."],
    ],
    "reply_empathetic": [
        [
            (
                "Being charged twice is annoying, and we want to put it right: the second charge of $19.99 goes back "
                "to your card in 5 days."
            ),
            "I'm sorry that you were charged twice. The second charge of $19.99 goes back to your card in 5 days.",
        ],
        [
            (
                "I know how frustrating it is to be locked out. Your account was locked because of 5 wrong passwords; "
                "you can unlock it at https://example.com/unlock."
            )
        ],
        ["<p>We\u2019re sorry that your flight is cancelled.</p><p>You can rebook until 1 March.</p>"],
    ],
    "reply_positive": [
        ["If anything is still not right after the update to 4.2, please let us know."],
        [
            "We offer discounts from 10 seats.",
            "Discounts start at 10 seats; for smaller orders we don't offer them.",
        ],
        ["You can cancel any time at https://example.com/cancel. Cancelling by mail isn't available."],
    ],
    "reply_confident": [
        ["Please restart the router: switch it off for about 30 seconds."],
        ["The guide at https://example.com/guide explains it."],
        [
            "Assuming the part arrives in time, we expect to finish the repair by 14 March.",
            "The repair will probably be done by 14 March, once the part arrives.",
            "If the part arrives in time, we will finish the repair by 14 March.",
        ],
    ],
    "reply_straightforward": [
        ["We will refund $80.", "After a review, we are returning $80 to you."],
        ["You'll find more information at https://example.com/faq."],
        ["We can\u2019t unlock that phone at this time.", "Unfortunately, we are unable to unlock that phone now."],
    ],
    "fix_grammar": [
        ["We received your documents yesterday and will review them."],
        ["Your order has shipped."],
        ['<p>Please see <a href="https://example.com/a_b?c=1">your invoice</a> for 2 months.</p>'],
    ],
    "improve": [
        [
            (
                "You can't log in because your account is not verified yet. Please verify it at "
                "https://example.com/verify; then it will work."
            )
        ],
        ["Ticket 5521 has been with the dev team since Monday. There is no news yet; I'll tell you when there is."],
        ["Hi Ana, which version and which browser are you using? Regards, Tom"],
    ],
    "expand_draft": [
        ["Thank you for your message. Your refund has been made and should reach you in 5 days. Have a nice day!"],
        [
            (
                "Thank you for getting in touch. Please update to 3.1 from https://example.com/download, and then "
                "restart. If anything is unclear, simply reply to this message."
            )
        ],
        ["Thank you for your message. Please send us the serial number and a photo of the damage. Thank you!"],
    ],
    "simplify": [
        ["Please sign in at https://example.com/sso first. Then you can start setting up."],
        ["Your bank declined the payment (code 51) because there was not enough money in the account."],
        [
            (
                "When you upgrade, you pay only for the rest of the period (this is prorated). You pay the difference "
                "of $4.20 right away."
            )
        ],
    ],
    "translate": [
        [
            (
                "Ihre Rückerstattung von 25.00 EUR wurde heute gesendet. Einzelheiten finden Sie unter "
                "https://example.com/refunds."
            )
        ],
        ["Could you tell us which version you use?"],
        [
            (
                '<p>Bonjour Ana,</p><p>veuillez ouvrir <a href="https://example.com/x">cette page</a>.</p>'
                "<p>Cordialement, Tom</p>"
            )
        ],
    ],
}
"""By prompt, then by test: answers of which every one passes."""

BAD = [
    ("reply_confident", 2, "The repair will be done by 14 March."),
    ("reply_confident", 2, "The repair will be done by 14 March. You will get a notification when it is."),
    ("reply_confident", 2, "We guarantee the repair by 14 March, as soon as possible once the part arrives."),
    ("reply_confident", 2, "The repair will be done soon, if the part arrives in time."),
    ("reply_empathetic", 0, "I'm sorry for the inconvenience. $19.99 goes back to your card in 5 days."),
    ("reply_empathetic", 2, "<p>Sorry, your flight is cancelled.</p><p>Rebook until 1 March, or get a refund.</p>"),
    ("reply_positive", 1, "We have great prices from 10 seats!"),
    ("reply_straightforward", 2, "We will unlock that phone."),
    ("reply_concise", 0, "Your replacement router has been shipped and should arrive soon."),
    ("fix_grammar", 1, "Your order is on its way."),
    ("fix_grammar", 2, "Please see your invoice at https://example.com/a_b?c=1 for 2 months."),
    ("expand_draft", 2, "Thanks! Please send us the serial number and a photo of the damage within 3 days."),
    ("simplify", 2, "Your subscription will be prorated when you upgrade; the differential of $4.20 is due now."),
    ("translate", 2, '<p>Bonjour Ana,</p><p>veuillez ouvrir <a href="#">cette page</a>.</p><p>Tom</p>'),
]
"""The prompt, the place of its test from 0, and an answer that it must refuse."""
